import type { Span } from '../../../src-main/common/contract/selection.ts'
import { SERIES } from './bins.ts'
import { takeEvents, type Events } from './events.ts'
import { HOUR, MINUTE } from './scale.ts'

/** 'kind:<event kind>' aligns by the account's first event of that kind. */
export type Align = 'time' | 'first' | 'registration' | `kind:${string}`

/**
 * The moment of each account that its lane is aligned by, ms UTC. Accounts without such a moment are left out: nothing
 * is invented for them.
 * @param registered when accounts registered, where the export says so.
 */
export function anchorsOf(
  events: Events,
  align: Align,
  registered: ReadonlyMap<number, number>,
): Map<number, number> {
  const anchors = new Map<number, number>()
  const kind = align.startsWith('kind:') ? events.kinds.indexOf(align.slice(5)) : -1
  const registration = SERIES.indexOf('registrations')
  if (align === 'registration') for (const [account, at] of registered) anchors.set(account, at)
  for (let i = 0; i < events.at.length; i++) {
    const account = events.account[i]
    if (anchors.has(account)) continue
    if (align === 'registration' && events.series[i] !== registration) continue
    if (align.startsWith('kind:') && events.kind[i] !== kind) continue
    anchors.set(account, events.at[i])
  }
  return anchors
}

/** Events at the time since their account's anchor, sorted by that; those without an anchor are left out. */
export function alignEvents(events: Events, anchors: ReadonlyMap<number, number>): Events {
  const kept: number[] = []
  const since = new Float64Array(events.at.length)
  for (let i = 0; i < events.at.length; i++) {
    const anchor = anchors.get(events.account[i])
    if (anchor === undefined) continue
    since[i] = events.at[i] - anchor
    kept.push(i)
  }
  const rows = Uint32Array.from(kept).sort((a, b) => since[a] - since[b] || a - b)
  const ts = Float64Array.from(rows, (row) => since[row])
  return takeEvents(events, rows, ts, sinceBounds(ts))
}

/**
 * Aligned events without those that lanes are aligned by: all accounts have one at zero because they were put there, and
 * that says nothing about acting alike.
 */
export function withoutAnchors(aligned: Events): Events {
  const rows = Uint32Array.from(aligned.ts.keys()).filter((row) => aligned.ts[row] !== 0)
  return takeEvents(
    aligned,
    rows,
    Float64Array.from(rows, (row) => aligned.ts[row]),
    aligned.span,
  )
}

/** What an aligned axis spans: all events with a little room, the anchor always within it. */
export function sinceBounds(ts: Float64Array): Span {
  const from = Math.min(0, ts[0] ?? 0)
  const to = Math.max(0, ts.at(-1) ?? 0)
  const room = Math.max(MINUTE, (to - from) * 0.02)
  return { from: from - room, to: Math.max(to + room, from - room + HOUR) }
}
