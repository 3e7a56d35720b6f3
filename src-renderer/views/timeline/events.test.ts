import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignEvents, anchorsOf, sinceBounds, withoutAnchors } from './align.ts'
import { binEvents, clustersOf, lanesOfEvents, lowerBound, NONE, readEvents, seriesOf } from './events.ts'
import type { Events } from './events.ts'
import { HOUR } from './scale.ts'

interface Plain {
  at: number
  account: number
  kind: number
  community?: number
}
const KINDS = ['login', 'register', 'payment']

function eventsOf(list: readonly Plain[]): Events {
  const rows = [...list].sort((a, b) => a.at - b.at)
  const span = { from: rows[0]?.at ?? 0, to: (rows.at(-1)?.at ?? 0) + 1 }
  return readEvents(
    {
      total: rows.length,
      ts: Float64Array.from(rows, (r) => r.at),
      accountId: Uint32Array.from(rows, (r) => r.account),
      community: Uint32Array.from(rows, (r) => r.community ?? 0xffffffff),
      kind: Uint8Array.from(rows, (r) => r.kind),
      outcome: Uint8Array.from(rows, (r) => (r.kind === 0 ? r.account % 2 : NONE)),
      context: Uint8Array.from(rows, (r) => (r.account % 3 === 0 ? NONE : 0)),
      kinds: KINDS,
      outcomes: ['ok', 'fail'],
      contexts: ['web/high'],
    },
    span,
  )
}
const plain = fc.record({
  at: fc.integer({ min: 0, max: 500 }).map((n) => n * 1000),
  account: fc.integer({ min: 1, max: 5 }),
  kind: fc.integer({ min: 0, max: 2 }),
})
const some = fc.array(plain, { minLength: 1, maxLength: 60 })

describe('events', () => {
  it('count to the series that the histogram counts them to', () => {
    expect(seriesOf('login', 'ok')).toBe('logins')
    expect(seriesOf('login', 'fail')).toBe('failed')
    expect(seriesOf('register', null)).toBe('registrations')
    expect(seriesOf('payment', 'fail')).toBe('other')
    const read = eventsOf([
      { at: 0, account: 1, kind: 0 },
      { at: 1, account: 2, kind: 0 },
      { at: 2, account: 2, kind: 2 },
    ])
    expect([...read.series]).toEqual([1, 0, 3])
  })
  it('find their lanes by account, community, context and outcome, the rest in others', () => {
    const events = eventsOf([
      { at: 0, account: 1, kind: 0, community: 7 },
      { at: 1, account: 2, kind: 0, community: 8 },
      { at: 2, account: 3, kind: 1 },
    ])
    expect([...lanesOfEvents(events, ['account:2', 'others'])]).toEqual([1, 0, 1])
    expect([...lanesOfEvents(events, ['account:2'])]).toEqual([-1, 0, -1])
    expect([...lanesOfEvents(events, ['community:7', 'community:8'])]).toEqual([0, 1, -1])
    expect([...lanesOfEvents(events, ['context:web/high', 'context:'])]).toEqual([0, 0, 1])
    expect([...lanesOfEvents(events, ['outcome:fail', 'outcome:ok', 'others'])]).toEqual([0, 1, 2])
    expect([...lanesOfEvents(events, ['country:CN', 'others'])]).toEqual([-1, -1, -1])
    expect([...lanesOfEvents(events, ['account:1', 'account:2'], ['account:1'])]).toEqual([-1, 1, -1])
  })
  it('become clusters that lose none, overlap none and stay in their lane', () => {
    fc.assert(
      fc.property(some, (list) => {
        const events = eventsOf(list)
        const lane = lanesOfEvents(events, ['account:1', 'account:2', 'others'])
        const view = { from: -1000, to: 501_000 }
        const clusters = clustersOf(events, lane, view, 300, 7, (row) => events.series[row])
        expect(clusters.reduce((n, c) => n + c.n, 0)).toBe(list.length)
        for (const k of [0, 1, 2]) {
          const here = clusters.filter((c) => c.lane === k)
          for (let i = 1; i < here.length; i++) expect(here[i].x0 - here[i - 1].x1).toBeGreaterThanOrEqual(7)
        }
        for (const c of clusters) expect(c.n === 1).toBe(c.first === c.last)
      }),
    )
  })
  it('are left out of clusters where the legend has switched their colour off', () => {
    const events = eventsOf([
      { at: 0, account: 1, kind: 0 },
      { at: 90_000, account: 1, kind: 2 },
    ])
    const code = (row: number) => (events.series[row] === 3 ? NONE : events.series[row])
    const lane = lanesOfEvents(events, ['account:1'])
    expect(clustersOf(events, lane, { from: 0, to: 100_000 }, 500, 7, code).map((c) => c.first)).toEqual([0])
  })
  it('are binned as a plain count says', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 40 }), (list, bins) => {
        const events = eventsOf(list)
        const lane = lanesOfEvents(events, ['account:1', 'others'])
        const span = { from: 0, to: 500_001 }
        const found = binEvents(events, lane, 2, span, bins)
        for (let b = 0; b < bins; b++) {
          const here = list.filter((e) => Math.min(bins - 1, Math.floor(e.at / found.binMs)) === b)
          expect(found.counts[0][b]).toBe(here.filter((e) => e.account === 1).length)
          expect(found.counts[1][b]).toBe(here.filter((e) => e.account !== 1).length)
          expect(found.series.reduce((n, s) => n + s[b], 0)).toBe(here.length)
        }
      }),
    )
  })
  it('are found by time as a scan finds them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: -1, max: 52 }), (list, at) => {
        const ts = Float64Array.from(list.sort((a, b) => a - b))
        expect(lowerBound(ts, at)).toBe(list.filter((t) => t < at).length)
      }),
    )
  })
})

describe('alignment', () => {
  it('puts every account at its own anchor and keeps the distances within it', () => {
    fc.assert(
      fc.property(some, (list) => {
        const events = eventsOf(list)
        const anchors = anchorsOf(events, 'first', new Map())
        const aligned = alignEvents(events, anchors)
        expect(aligned.ts.length).toBe(list.length)
        const seen = new Set<number>()
        for (let i = 0; i < aligned.ts.length; i++) {
          expect(aligned.ts[i]).toBe(aligned.at[i] - anchors.get(aligned.account[i])!)
          expect(aligned.ts[i]).toBeGreaterThanOrEqual(i === 0 ? 0 : aligned.ts[i - 1])
          if (aligned.ts[i] === 0) seen.add(aligned.account[i])
        }
        expect(seen).toEqual(new Set(list.map((e) => e.account)))
        // What was put at zero says nothing about acting alike.
        expect(withoutAnchors(aligned).ts.every((since) => since > 0)).toBe(true)
      }),
    )
  })
  it('leaves out accounts without the moment instead of inventing one', () => {
    const events = eventsOf([
      { at: HOUR, account: 1, kind: 1 },
      { at: 3 * HOUR, account: 1, kind: 0 },
      { at: 2 * HOUR, account: 2, kind: 0 },
    ])
    expect(anchorsOf(events, 'registration', new Map())).toEqual(new Map([[1, HOUR]]))
    expect(anchorsOf(events, 'registration', new Map([[2, 5]]))).toEqual(
      new Map([
        [2, 5],
        [1, HOUR],
      ]),
    )
    expect(anchorsOf(events, 'kind:login', new Map())).toEqual(
      new Map([
        [1, 3 * HOUR],
        [2, 2 * HOUR],
      ]),
    )
    expect(anchorsOf(events, 'kind:nothing', new Map()).size).toBe(0)
    expect([...alignEvents(events, new Map([[1, HOUR]])).ts]).toEqual([0, 2 * HOUR])
  })
  it('spans an hour even of a single moment, with the anchor in it', () => {
    const span = sinceBounds(Float64Array.of(0))
    expect(span.from).toBeLessThan(0)
    expect(span.to - span.from).toBe(HOUR)
  })
})
