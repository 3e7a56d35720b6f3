import type { AppOutput } from '../../../src-main/common/contract/index.ts'
import type { Span } from '../../../src-main/common/contract/selection.ts'
import { isFailure, isLogin, isRegistration } from '../../../src-main/common/outcomes.ts'
import type { Series } from './bins.ts'
import { SERIES } from './bins.ts'

export const NONE = 255

/** Single events as columns, by rising `ts`. */
export interface Events {
  /** How many there are in `span`; more than `ts.length` where they were thinned. */
  total: number
  span: Span
  /** Where they stand on the axis: ms UTC, or ms since the anchor of their account where lanes are aligned. */
  ts: Float64Array
  /** When they were, ms UTC; the same array as `ts` where lanes are not aligned. */
  at: Float64Array
  account: Uint32Array
  /** Index into SERIES. */
  series: Uint8Array
  /** Index into `kinds`, `outcomes`, `contexts`; 255: none stated. */
  kind: Uint8Array
  outcome: Uint8Array
  context: Uint8Array
  kinds: string[]
  outcomes: string[]
  contexts: string[]
  /** Community ids where the engine told them; 0xffffffff: none. */
  community: Uint32Array | null
}

type Answer = AppOutput<'explore.events'> & { community?: Uint32Array }

/** Which series of the histogram an event counts to. */
export function seriesOf(kind: string | null, outcome: string | null): Series {
  if (kind !== null && isLogin(kind)) return isFailure(outcome) ? 'failed' : 'logins'
  return kind !== null && isRegistration(kind) ? 'registrations' : 'other'
}

/** The engine's answer with the series of each event. */
export function readEvents(answer: Answer, span: Span): Events {
  const n = answer.ts.length
  const series = new Uint8Array(n)
  // Few kinds times few outcomes: read the words once for each pair, not for each event.
  const known = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const pair = answer.kind[i] * 256 + answer.outcome[i]
    let code = known.get(pair)
    if (code === undefined) {
      const name = seriesOf(answer.kinds[answer.kind[i]] ?? null, answer.outcomes[answer.outcome[i]] ?? null)
      code = SERIES.indexOf(name)
      known.set(pair, code)
    }
    series[i] = code
  }
  return {
    total: answer.total,
    span,
    ts: answer.ts,
    at: answer.ts,
    account: answer.accountId,
    series,
    kind: answer.kind,
    outcome: answer.outcome,
    context: answer.context,
    kinds: answer.kinds,
    outcomes: answer.outcomes,
    contexts: answer.contexts,
    community: answer.community ?? null,
  }
}

/** The events at `rows`, in that order, at new places on the axis. */
export function takeEvents(events: Events, rows: Uint32Array, ts: Float64Array, span: Span): Events {
  const pick = <A extends Uint8Array | Uint32Array | Float64Array>(from: A): A => {
    const out = new (from.constructor as new (n: number) => A)(rows.length)
    for (let i = 0; i < rows.length; i++) out[i] = from[rows[i]]
    return out
  }
  return {
    ...events,
    total: rows.length,
    span,
    ts,
    at: pick(events.at),
    account: pick(events.account),
    series: pick(events.series),
    kind: pick(events.kind),
    outcome: pick(events.outcome),
    context: pick(events.context),
    community: events.community && pick(events.community),
  }
}

export const NO_LANE = -1

/**
 * The lane of every event, by the lanes' ids ('account:17', 'community:3', 'context:web', 'outcome:fail', 'others');
 * −1 where an event belongs to none. Lanes of countries and entities can't be told from these columns: all −1.
 * @param without lanes that get none of these events.
 */
export function lanesOfEvents(
  events: Events,
  ids: readonly string[],
  without: readonly string[] = [],
): Int16Array {
  const lane = new Int16Array(events.ts.length).fill(NO_LANE)
  const others = ids.indexOf('others')
  const prefix = ids.find((id) => id.includes(':'))?.split(':', 1)[0]
  if (prefix === undefined) return lane
  const byKey = new Map(ids.map((id, i) => [id, without.includes(id) ? NO_LANE : i]))
  const rest = others < 0 ? NO_LANE : others
  const byNumber = (values: Uint32Array) => {
    const found = new Map<number, number>()
    for (let i = 0; i < values.length; i++) {
      let k = found.get(values[i])
      if (k === undefined) found.set(values[i], (k = byKey.get(`${prefix}:${values[i]}`) ?? rest))
      lane[i] = k
    }
  }
  const byWord = (codes: Uint8Array, words: readonly string[]) => {
    const of = words.map((word) => byKey.get(`${prefix}:${word}`) ?? rest)
    const none = byKey.get(`${prefix}:`) ?? rest
    for (let i = 0; i < codes.length; i++) lane[i] = codes[i] === NONE ? none : (of[codes[i]] ?? rest)
  }
  if (prefix === 'account') byNumber(events.account)
  else if (prefix === 'community' && events.community) byNumber(events.community)
  else if (prefix === 'context') byWord(events.context, events.contexts)
  else if (prefix === 'outcome') byWord(events.outcome, events.outcomes)
  return lane
}

/** First row at or after a place on the axis. */
export function lowerBound(ts: Float64Array, at: number): number {
  let low = 0
  let high = ts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ts[middle] < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Events that would lie on each other, drawn as one. */
export interface Cluster {
  lane: number
  /** Pixels from the left of the plot: middles of the first and last. */
  x0: number
  x1: number
  /** Rows of the events; the first stands for all where n is 1. */
  first: number
  last: number
  n: number
  /** Colour code that all share, else that of most. */
  code: number
  mixed: boolean
}

/**
 * Marks of the events in view, left to right within a lane: an event alone is a mark, events closer than `gap` pixels
 * are one cluster.
 * @param code what a mark is coloured by; 255 leaves the event out (its colour was filtered).
 */
export function clustersOf(
  events: Events,
  lane: Int16Array,
  view: Span,
  width: number,
  gap: number,
  code: (row: number) => number,
): Cluster[] {
  const open = new Map<number, { cluster: Cluster; counts: Map<number, number> }>()
  const done: Cluster[] = []
  const scale = width / (view.to - view.from)
  const end = lowerBound(events.ts, view.to + gap / scale)
  for (let i = lowerBound(events.ts, view.from - gap / scale); i < end; i++) {
    const k = lane[i]
    if (k < 0) continue
    const c = code(i)
    if (c === NONE) continue
    const x = (events.ts[i] - view.from) * scale
    const last = open.get(k)
    if (last && x - last.cluster.x1 < gap) {
      const { cluster, counts } = last
      cluster.x1 = x
      cluster.last = i
      cluster.n++
      counts.set(c, (counts.get(c) ?? 0) + 1)
      if (c !== cluster.code) {
        cluster.mixed = true
        if (counts.get(c)! > (counts.get(cluster.code) ?? 0)) cluster.code = c
      }
      continue
    }
    const cluster: Cluster = { lane: k, x0: x, x1: x, first: i, last: i, n: 1, code: c, mixed: false }
    open.set(k, { cluster, counts: new Map([[c, 1]]) })
    done.push(cluster)
  }
  return done
}

/** Events per lane and bin, for lanes that are drawn from events (aligned ones). */
export function binEvents(
  events: Events,
  lane: Int16Array,
  lanes: number,
  span: Span,
  bins: number,
): { from: number; binMs: number; counts: Uint32Array[]; series: Uint32Array[] } {
  const binMs = Math.max(1, (span.to - span.from) / bins)
  const counts = Array.from({ length: lanes }, () => new Uint32Array(bins))
  const series = SERIES.map(() => new Uint32Array(bins))
  const end = lowerBound(events.ts, span.to)
  for (let i = lowerBound(events.ts, span.from); i < end; i++) {
    const bin = Math.min(bins - 1, Math.floor((events.ts[i] - span.from) / binMs))
    series[events.series[i]][bin]++
    if (lane[i] >= 0) counts[lane[i]][bin]++
  }
  return { from: span.from, binMs, counts, series }
}
