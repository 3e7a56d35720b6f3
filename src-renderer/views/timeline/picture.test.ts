import { beforeAll, describe, expect, it } from 'vitest'
import { startI18n } from '../../ui/i18n/index.ts'
import { textsOf, type SceneItem } from '../../ui/picture/scene.ts'
import { bandsFor } from './bands.ts'
import { clustersOf, type Events } from './events.ts'
import { outside, paintDetail } from './paint.ts'
import { scenePen } from './pen.ts'
import { timelinePicture } from './picture.ts'
import { DAY, HOUR, xOf } from './scale.ts'
import type { DetailScene } from './scene.ts'
import { targetAt } from './target.ts'
import { testPalette } from './testing.ts'
import { zoneOf } from './zone.ts'

const T0 = Date.UTC(2026, 2, 2)
const view = { from: T0, to: T0 + DAY }
const counts = (...list: number[]) => Uint32Array.from(list)
const zero = () => new Uint32Array(24)
const events: Events = {
  total: 3,
  span: view,
  ts: Float64Array.of(T0 + 2 * HOUR, T0 + 2 * HOUR + 1000, T0 + 12 * HOUR),
  at: Float64Array.of(T0 + 2 * HOUR, T0 + 2 * HOUR + 1000, T0 + 12 * HOUR),
  account: counts(1, 2, 1),
  series: Uint8Array.of(0, 0, 2),
  kind: Uint8Array.of(0, 0, 1),
  outcome: Uint8Array.of(255, 255, 255),
  context: Uint8Array.of(255, 255, 255),
  kinds: ['login', 'register'],
  outcomes: [],
  contexts: [],
  community: null,
}
const lane = Int16Array.of(0, 0, 0)
const width = 480
const hist = zero()
hist[2] = 2
hist[12] = 1
const scene = (over: Partial<DetailScene> = {}): DetailScene => ({
  width,
  bands: bandsFor(220, 2),
  view,
  axis: 'time',
  zone: zoneOf('export', 480),
  locale: 'en',
  palette: testPalette,
  hist: [{ from: T0, binMs: HOUR, series: [hist, zero(), zero(), zero()] }],
  shown: [true, true, true, true],
  lanes: [
    {
      id: 'community:0',
      layers: [{ from: T0, binMs: HOUR, counts: hist }],
      unusual: [{ from: T0 + 12 * HOUR, to: T0 + 13 * HOUR }],
      pinned: false,
      highlighted: false,
    },
    { id: 'others', layers: [], unusual: [], pinned: false, highlighted: true },
  ],
  scroll: 0,
  marks: null,
  followed: null,
  anomalies: [],
  reports: null,
  sinceLabel: (count, unit) => `${count} ${unit}`,
  ...over,
})
const painted = (over: Partial<DetailScene> = {}) => {
  const items: SceneItem[] = []
  paintDetail(scenePen(items), scene(over))
  return items
}
const rects = (items: SceneItem[], fill: string) =>
  items.flatMap((item) => (item.kind === 'rect' && item.fill === fill ? [item] : []))
const marksOf = (over: Partial<Events> = {}) => {
  const all = { ...events, ...over }
  const clusters = clustersOf(all, lane, view, width, 7, (row) => all.series[row])
  return { events: all, lane, clusters, colours: ['logins', 'failed', 'registrations', 'other'] }
}

beforeAll(() => startI18n('en'))

describe('painting', () => {
  it('stacks counts in proportion and leaves out series that are switched off', () => {
    const [tall, low] = rects(painted(), 'logins').sort((a, b) => b.h - a.h)
    expect(tall.h / low.h).toBeCloseTo(2)
    expect(tall.x).toBeCloseTo(xOf(T0 + 2 * HOUR, view, width))
    expect(rects(painted({ shown: [false, true, true, true] }), 'logins')).toEqual([])
  })
  it('colours the bins of unusual windows', () => {
    const items = painted()
    expect(rects(items, 'lane')).toHaveLength(1)
    const [unusual] = rects(items, 'unusual')
    expect(unusual.x).toBeCloseTo(xOf(T0 + 12 * HOUR, view, width))
  })
  it('draws single events as shapes of their kind, close ones as one, in place of bins', () => {
    const items = painted({ marks: marksOf() })
    expect(rects(items, 'lane')).toEqual([])
    expect(items.filter((item) => item.kind === 'path' && item.fill === 'registrations')).toHaveLength(1)
    const pill = rects(items, 'logins').find((r) => r.y > scene().bands.laneTop)
    expect(pill!.w).toBeGreaterThan(7)
  })
  it('joins the followed account’s marks by a line', () => {
    const lines = (followed: number | null) =>
      painted({ marks: marksOf(), followed }).filter((item) => item.kind === 'line')
    expect(lines(null)).toHaveLength(0)
    expect(lines(1)).toHaveLength(1)
    expect(lines(2)).toHaveLength(0)
  })
  it('never lets lanes show above or below their place, however far they are scrolled', () => {
    const bands = bandsFor(150, 40)
    const lanes = Array.from({ length: 40 }, (_, k) => ({ ...scene().lanes[0], id: `community:${k}` }))
    const items: SceneItem[] = []
    paintDetail(scenePen(items), scene({ bands, lanes, scroll: 55 }))
    const cover = items.findIndex(
      (item) => item.kind === 'rect' && item.fill === 'panel' && item.h === bands.laneTop,
    )
    const last = items.findLastIndex((item) => item.kind === 'rect' && item.fill === 'lane')
    expect(last).toBeGreaterThan(0)
    expect(cover).toBeGreaterThan(last)
  })
  it('leaves to coarser layers only what finer ones do not cover', () => {
    const fine = { from: 40, binMs: 10, counts: zero().slice(0, 2) }
    expect(outside({ from: 0, to: 100 }, [fine])).toEqual([
      { from: 0, to: 40 },
      { from: 60, to: 100 },
    ])
    expect(outside({ from: 45, to: 55 }, [fine])).toEqual([])
  })
})

describe('pointing', () => {
  const { bands } = scene()
  it('tells a bar’s counts, a lane’s count, an event and nothing outside', () => {
    const x = xOf(T0 + 2.5 * HOUR, view, width)
    expect(targetAt(scene(), x, 5)).toMatchObject({ kind: 'bin', counts: [2, 0, 0, 0] })
    expect(targetAt(scene(), x, bands.laneTop + 4)).toMatchObject({ kind: 'lane', lane: 0, n: 2 })
    expect(targetAt(scene(), x, bands.axisTop + 2)).toBeNull()
    expect(targetAt(scene(), -3, 5)).toBeNull()
    const marked = scene({ marks: marksOf() })
    const at = xOf(T0 + 12 * HOUR, view, width)
    expect(targetAt(marked, at + 3, bands.laneTop + 8)).toMatchObject({
      kind: 'event',
      cluster: { first: 2 },
    })
    expect(targetAt(marked, at + 60, bands.laneTop + 8)).toBeNull()
  })
})

describe('picture', () => {
  it('says lanes, legend, days and zone, and fits its size', () => {
    const picture = timelinePicture({
      overview: null,
      detail: scene(),
      brush: { from: T0 + HOUR, to: T0 + 2 * HOUR },
      laneNames: ['C-1', 'All others'],
      legend: [{ key: 'context:web', word: 'web', colour: 'c0' }],
    })
    const words = textsOf(picture.items).map((text) => text.text)
    expect(words[0]).toContain('2026')
    expect(words[0]).toContain('UTC+08:00')
    for (const word of ['C-1', 'All others', 'web', 'logins', 'failed logins']) expect(words).toContain(word)
    for (const text of textsOf(picture.items)) expect(text.y).toBeLessThanOrEqual(picture.height)
    expect(picture.width).toBeGreaterThan(width)
  })
})
