import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { fitBaseline, hourOfWeek } from './baseline.ts'
import { detectRegistrations, LOGIN_SCALES } from './detect.ts'
import { HOUR_MS, hourStart, MAX_HOURS, usefulSpan } from './span.ts'
import { benjaminiHochberg, scanSeries } from './scan.ts'
import { anomaliesOf, detectAllRegistrations, eventTimes, normal, seeded, weekly } from './testing.ts'

const WEEK = 168

describe('false alarms', () => {
  test.each([
    { name: 'flat, one event in five hours', rate: () => 0.2 },
    { name: 'flat, 2 an hour', rate: () => 2 },
    { name: 'flat, 40 an hour', rate: () => 40 },
    { name: 'day and week rhythm, 8 an hour', rate: weekly(8) },
  ])('$name: at most 3 of 150 quiet series show anything', ({ rate }) => {
    let alarmed = 0
    for (let seed = 0; seed < 150; seed++)
      if (anomaliesOf(eventTimes(6 * WEEK, rate, seeded(seed)), 6 * WEEK).found.length > 0) alarmed++
    expect(alarmed).toBeLessThanOrEqual(3)
  })

  test('registrations: at most 3 of 150 quiet series', () => {
    let alarmed = 0
    for (let seed = 0; seed < 150; seed++) {
      const times = eventTimes(3 * WEEK, weekly(3), seeded(seed))
      if (anomaliesOf(times, 3 * WEEK, detectAllRegistrations).found.length > 0) alarmed++
    }
    expect(alarmed).toBeLessThanOrEqual(3)
  })

  test('single tests are near nominal: between 0.1% and 1.2% of hours have p <= 1%', () => {
    for (const base of [2, 40]) {
      let tests = 0
      let small = 0
      for (let seed = 0; seed < 40; seed++) {
        const counts = new Float64Array(6 * WEEK)
        for (const t of eventTimes(6 * WEEK, weekly(base), seeded(seed))) counts[Math.floor(t / HOUR_MS)]++
        const series = { counts, ...fitBaseline(counts, 0) }
        const hourly = [{ bins: 1, step: 1 }]
        const scan = scanSeries(series, { scales: hourly, minObserved: 1, minRatio: 0, keepP: 0.01 })
        tests += scan.tests
        small += scan.windows.length
      }
      expect(small / tests).toBeGreaterThan(0.001)
      expect(small / tests).toBeLessThan(0.012)
    }
  })

  test('scatter beyond Poisson, a lasting rise, growth and a late start are not anomalies', () => {
    const hours = 10 * WEEK
    let windows = 0
    for (let seed = 0; seed < 12; seed++) {
      const random = seeded(seed)
      const rhythm = weekly(20)
      const scattered = (h: number) => rhythm(h) * Math.exp(0.3 * normal(random))
      windows += anomaliesOf(eventTimes(hours, scattered, random), hours).found.length
      for (const rate of [
        (h: number) => rhythm(h) * (h > 800 ? 2 : 1),
        (h: number) => (rhythm(h) * h) / hours,
        (h: number) => (h > 800 ? rhythm(h) : 0),
      ])
        windows += anomaliesOf(eventTimes(hours, rate, random), hours).found.length
    }
    expect(windows).toBeLessThanOrEqual(2)
  })
})

describe('bursts', () => {
  test('logins: precision and recall over 80 series with one burst each', () => {
    let found = 0
    let right = 0
    let covered = 0
    let reported = 0
    const kinds = [
      { base: 0.2, length: 1, add: 12 },
      { base: 2, length: 3, add: 12 },
      { base: 40, length: 10, add: 40 },
      { base: 40, length: 30, add: 40 },
    ]
    for (let seed = 0; seed < 80; seed++) {
      const { base, length, add } = kinds[seed % kinds.length]
      const random = seeded(seed)
      const at = 12 + Math.floor(random() * (6 * WEEK - 60))
      const rate = (h: number) => weekly(base)(h) + (h >= at && h < at + length ? add : 0)
      const windows = anomaliesOf(eventTimes(6 * WEEK, rate, random), 6 * WEEK).found
      const hits = windows.filter((w) => w.start < at + length && w.end > at)
      reported += windows.length
      right += hits.length
      if (hits.length > 0) found++
      for (const w of hits) covered += (Math.min(w.end, at + length) - Math.max(w.start, at)) / length
    }
    expect(found / 80).toBeGreaterThanOrEqual(0.95)
    expect(right / reported).toBeGreaterThanOrEqual(0.95)
    expect(covered / found).toBeGreaterThanOrEqual(0.85)
  })

  test('registrations: a farm of 15 accounts in 10 minutes among 2 an hour', () => {
    let found = 0
    let reported = 0
    for (let seed = 0; seed < 40; seed++) {
      const random = seeded(seed)
      const times = eventTimes(2 * WEEK, weekly(2), random)
      const at = Math.floor(random() * 300 * 60) / 60
      for (let k = 0; k < 15; k++) times.push((at + random() / 6) * HOUR_MS)
      const windows = anomaliesOf(times, 2 * WEEK, detectAllRegistrations).found
      reported += windows.length
      if (windows.some((w) => w.start < at + 1 / 6 && w.end > at && w.end - w.start < 2)) found++
    }
    expect(found).toBeGreaterThanOrEqual(38)
    expect(found / reported).toBeGreaterThanOrEqual(0.95)
  })

  test('a small group borrows the rhythm of all: its farm is found, its quiet months are not', () => {
    const hours = 40 * WEEK
    let alarms = 0
    let found = 0
    for (let seed = 0; seed < 30; seed++) {
      const random = seeded(seed)
      const span = { firstHour: 0, hours, offsetMs: 0 }
      const all = eventTimes(hours, weekly(1.5), random)
      const whole = detectRegistrations(Float64Array.from(all), span, null).baseline
      const borrowed = (t: Float64Array) => detectRegistrations(t, span, whole)
      // Sixty members who joined over two months.
      const quiet = all.filter((t) => t > 2000 * HOUR_MS && t < 3440 * HOUR_MS && random() < 60 / 1900)
      alarms += anomaliesOf(quiet, hours, borrowed).found.length
      const farm = Array.from({ length: 9 }, () => (5000 + random() / 4) * HOUR_MS)
      const windows = anomaliesOf([...quiet, ...farm], hours, borrowed).found
      if (windows.some((w) => w.start < 5000.25 && w.end > 5000 && w.observed >= 5)) found++
    }
    expect(alarms).toBeLessThanOrEqual(1)
    expect(found).toBe(30)
  })

  test('a whole silent group that logs in within one hour', () => {
    const times = Array.from({ length: 25 }, (_, i) => (700 + i / 30) * HOUR_MS)
    const { found } = anomaliesOf(times, 6 * WEEK)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ start: 700, end: 701, observed: 25 })
    expect(found[0].expected).toBeLessThan(1)
    expect(Number.isFinite(found[0].z)).toBe(true)
  })

  test('a burst does not hide a second one, and does not lift its own baseline', () => {
    const rate = (h: number) => 10 + (h === 500 ? 5000 : 0) + (h >= 700 && h < 704 ? 40 : 0)
    const { found } = anomaliesOf(eventTimes(6 * WEEK, rate, seeded(3)), 6 * WEEK)
    expect(found.map((w) => w.start)).toEqual([500, 700])
    expect(found[0].expected).toBeLessThan(13)
  })
})

describe('any counts', () => {
  test('give finite, positive expectations and windows inside the series', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 5000 })), {
          minLength: 1,
          maxLength: 700,
        }),
        fc.integer({ min: -1000, max: 500_000 }),
        (values, firstHour) => {
          const counts = Float64Array.from(values)
          const { expected, shape, dispersion } = fitBaseline(counts, firstHour)
          expect(expected).toHaveLength(values.length)
          expect(expected.every((v) => Number.isFinite(v) && v >= 0)).toBe(true)
          expect(shape.every((v) => v > 0)).toBe(true)
          expect(dispersion).toBeGreaterThanOrEqual(1)
          const { windows } = scanSeries(
            { counts, expected, shape },
            { scales: LOGIN_SCALES, minObserved: 5, minRatio: 1.5, keepP: 0.01 },
          )
          for (const w of windows) {
            expect(w.start).toBeGreaterThanOrEqual(0)
            expect(w.end).toBeLessThanOrEqual(values.length)
            expect(Number.isFinite(w.z) && w.observed > w.expected).toBe(true)
            expect(Number.isNaN(w.logP)).toBe(false)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('moving all times by whole weeks changes nothing', () => {
    const times = eventTimes(4 * WEEK, weekly(5), seeded(9))
    const hourly = new Float64Array(4 * WEEK)
    for (const t of times) hourly[Math.floor(t / HOUR_MS)]++
    expect(fitBaseline(hourly, 17).expected).toEqual(fitBaseline(hourly, 17 + 52 * WEEK).expected)
  })

  test('few weeks fall back to hour of day, few days to the overall rate', () => {
    const counts = (hours: number) => new Float64Array(hours).fill(3)
    expect(fitBaseline(counts(3 * WEEK), 0).method).toBe('hour-of-week')
    expect(fitBaseline(counts(3 * WEEK - 1), 0).method).toBe('hour-of-day')
    expect(fitBaseline(counts(71), 0).method).toBe('overall')
  })

  test('the hour of week starts on Monday 00:00', () => {
    expect(hourOfWeek(Date.UTC(2026, 10, 23) / HOUR_MS)).toBe(0)
    expect(hourOfWeek(Date.UTC(1969, 11, 29) / HOUR_MS)).toBe(0)
    expect(hourOfWeek(Date.UTC(2026, 10, 22, 23) / HOUR_MS)).toBe(167)
  })
})

describe('spans', () => {
  test('hours begin on the hour of local time, also for offsets of half an hour', () => {
    const t = Date.UTC(2026, 2, 1, 10, 40)
    const span = usefulSpan(Float64Array.from([t, t + 5 * HOUR_MS]), 330)
    expect(new Date(hourStart(span, 0)).toISOString()).toBe('2026-03-01T10:30:00.000Z')
    expect(span.hours).toBe(6)
  })

  test('stray times do not make decades of empty hours', () => {
    const start = Date.UTC(2026, 0, 1)
    const times = Float64Array.from({ length: 5000 }, (_, i) => start + i * HOUR_MS)
    times[0] = 0
    times[1] = Date.UTC(9999, 0, 1)
    const span = usefulSpan(times, 0)
    expect(span.hours).toBe(4998)
    expect(span.firstHour).toBe(start / HOUR_MS + 2)
  })

  test('long histories keep their newest part', () => {
    const times = Float64Array.from({ length: 4000 }, (_, i) => i * 24 * HOUR_MS)
    expect(usefulSpan(times, 0)).toMatchObject({ hours: MAX_HOURS, firstHour: 3999 * 24 + 1 - MAX_HOURS })
  })
})

test('q-values are those of Benjamini and Hochberg, with the untested rest counted', () => {
  // statsmodels multipletests(p, method='fdr_bh') of these and six p-values of 1.
  const p = [0.001, 0.008, 0.039, 0.0012]
  const q = benjaminiHochberg(Float64Array.from(p, Math.log), 10)
  expect(Array.from(q, (v) => Number(v.toFixed(9)))).toEqual([0.006, 0.026666667, 0.0975, 0.006])
  expect(benjaminiHochberg(new Float64Array(0), 100)).toHaveLength(0)
})
