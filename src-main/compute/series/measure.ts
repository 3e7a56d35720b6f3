/** Prints the numbers of docs/series.md: node src-main/compute/series/measure.ts. Not part of the app. */
import { detectLogins } from './detect.ts'
import { HOUR_MS } from './span.ts'
import { anomaliesOf, detectAllRegistrations, eventTimes, normal, seeded, weekly } from './testing.ts'

const WEEK = 168
const SEEDS = 100

console.log('Quiet series with any anomaly, six weeks, %d seeds each', SEEDS)
for (const [name, detect] of [
  ['logins', detectLogins],
  ['registrations', detectAllRegistrations],
] as const)
  for (const scatter of [0, 0.3, 0.6])
    for (const base of [0.2, 2, 40]) {
      let alarmed = 0
      for (let seed = 0; seed < SEEDS; seed++) {
        const random = seeded(seed)
        const rhythm = weekly(base)
        const rate = (h: number) => rhythm(h) * Math.exp(scatter * normal(random) - scatter ** 2 / 2)
        if (anomaliesOf(eventTimes(6 * WEEK, rate, random), 6 * WEEK, detect).found.length > 0) alarmed++
      }
      console.log(`  ${name}, ${base}/h, log-normal scatter ${scatter}: ${alarmed}`)
    }

console.log('One burst in six weeks, %d seeds each', SEEDS)
for (const base of [0.2, 2, 40])
  for (const [length, factor] of [
    [1, 4],
    [3, 3],
    [10, 2],
    [30, 2],
  ])
    for (const least of [0, 12]) {
      let found = 0
      let right = 0
      let reported = 0
      for (let seed = 0; seed < SEEDS; seed++) {
        const random = seeded(seed)
        const at = 12 + Math.floor(random() * (6 * WEEK - 60))
        const add = Math.max((factor - 1) * base, least / length)
        const rate = (h: number) => weekly(base)(h) + (h >= at && h < at + length ? add : 0)
        const windows = anomaliesOf(eventTimes(6 * WEEK, rate, random), 6 * WEEK).found
        const hits = windows.filter((w) => w.start < at + length && w.end > at).length
        reported += windows.length
        right += hits
        if (hits > 0) found++
      }
      const precision = reported > 0 ? (right / reported).toFixed(3) : '-'
      const added = Math.round(Math.max((factor - 1) * base * length, least))
      console.log(
        `  ${base}/h, ${length} h, ${added} more: recall ${(found / SEEDS).toFixed(3)}, precision ${precision}`,
      )
    }

console.log('Farm of n registrations within 10 minutes, 2/h, two weeks, %d seeds each', SEEDS)
for (const n of [5, 8, 10, 15]) {
  let found = 0
  let reported = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = seeded(seed)
    const times = eventTimes(2 * WEEK, weekly(2), random)
    const at = random() * 300
    for (let k = 0; k < n; k++) times.push((at + random() / 6) * HOUR_MS)
    const windows = anomaliesOf(times, 2 * WEEK, detectAllRegistrations).found
    reported += windows.length
    if (windows.some((w) => w.start < at + 1 / 6 && w.end > at)) found++
  }
  const precision = reported > 0 ? (found / reported).toFixed(3) : '-'
  console.log(`  ${n}: recall ${(found / SEEDS).toFixed(3)}, precision ${precision}`)
}
