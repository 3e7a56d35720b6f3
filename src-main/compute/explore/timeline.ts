import type { ExploreCounts, ExploreLane } from '../../common/contract/compute-explore.ts'
import type { Selection, Span } from '../../common/contract/selection.ts'
import { NO_ROW, row } from './accounts.ts'
import { has, type Bitset } from './bitset.ts'
import {
  FAILED,
  firstAt,
  LOGIN,
  noContext,
  OTHER,
  REGISTRATION,
  timeOf,
  type EventColumns,
} from './events.ts'
import { maskOf } from './parts.ts'
import type { Snapshot } from './state.ts'

interface Bins {
  from: number
  binMs: number
  count: number
}

const NO_LANE = 255

/** Counts the selected accounts' events by bin, class and lane in one pass. The time part is not applied. */
export async function timelineCounts(
  at: Snapshot,
  selection: Selection,
  bins: Bins,
  lanes: readonly ExploreLane[],
): Promise<ExploreCounts> {
  const events = await at.facts.events()
  const mask = await maskOf(at, selection, ['time'])
  const byClass = [LOGIN, FAILED, REGISTRATION, OTHER].map(() => new Uint32Array(bins.count))
  const counts = lanes.map(() => new Uint32Array(bins.count))
  const laneOf = await accountLanes(at, lanes)
  const contextLane = contextLanes(events, lanes)
  const bounds = new Uint32Array(bins.count + 1)
  for (let b = 0; b <= bins.count; b++) bounds[b] = firstAt(events, bins.from + b * bins.binMs)
  let eventsInView = 0
  const perAct = new Uint32Array(events.acts.length)
  const perLane = new Uint32Array(lanes.length + 1)
  for (let b = 0; b < bins.count; b++) {
    if (bounds[b] === bounds[b + 1]) continue
    perAct.fill(0)
    perLane.fill(0)
    countRange(events, bounds[b], bounds[b + 1], mask, laneOf, contextLane, perAct, perLane)
    for (let a = 0; a < perAct.length; a++) {
      byClass[events.acts[a].class][b] += perAct[a]
      eventsInView += perAct[a]
    }
    for (let l = 0; l < lanes.length; l++) counts[l][b] = perLane[l]
    if ((b & 15) === 0) await at.pace.checkpoint()
  }
  for (const [l, lane] of lanes.entries()) {
    if (lane.by === 'entity') await countEntity(at, lane.id, mask, bins, counts[l])
  }
  // Where no event says so, an account's own row says when it registered.
  if (!events.acts.some((act) => act.class === REGISTRATION))
    await countRegistrations(at, mask, bins, byClass[REGISTRATION])
  return {
    eventsInView,
    logins: byClass[LOGIN],
    failed: byClass[FAILED],
    registrations: byClass[REGISTRATION],
    other: byClass[OTHER],
    lanes: counts,
  }
}

/** The inner loop: nothing but typed arrays, one branch for each thing that may be absent. */
function countRange(
  events: EventColumns,
  from: number,
  to: number,
  mask: Bitset | null,
  laneOf: Uint8Array | null,
  contextLane: Uint8Array | null,
  perAct: Uint32Array,
  perLane: Uint32Array,
): void {
  const { row: rows, act, context } = events
  if (mask === null && laneOf === null && contextLane === null) {
    for (let i = from; i < to; i++) perAct[act[i]]++
    return
  }
  const last = perLane.length - 1
  for (let i = from; i < to; i++) {
    const r = rows[i]
    if (mask !== null && ((mask[r >>> 5] >>> (r & 31)) & 1) === 0) continue
    perAct[act[i]]++
    // Lane 255 is none: it lands in the entry behind the last.
    if (laneOf !== null) perLane[Math.min(laneOf[r], last)]++
    if (contextLane !== null) perLane[Math.min(contextLane[context[i]], last)]++
  }
}

async function accountLanes(at: Snapshot, lanes: readonly ExploreLane[]): Promise<Uint8Array | null> {
  if (!lanes.some((lane) => lane.by === 'community' || lane.by === 'account')) return null
  const accounts = await at.facts.accounts()
  const { community, communities } = await at.runs.columns()
  const laneOf = new Uint8Array(accounts.n).fill(NO_LANE)
  const ofCommunity = new Uint8Array(communities).fill(NO_LANE)
  for (const [l, lane] of lanes.entries())
    if (lane.by === 'community' && lane.id >= 0 && lane.id < communities) ofCommunity[lane.id] = l
  for (let r = 0; r < accounts.n; r++) if (community[r] !== NO_ROW) laneOf[r] = ofCommunity[community[r]]
  for (const [l, lane] of lanes.entries()) {
    const r = lane.by === 'account' ? row(accounts, lane.id) : NO_ROW
    if (r !== NO_ROW) laneOf[r] = l
  }
  return laneOf
}

function contextLanes(events: EventColumns, lanes: readonly ExploreLane[]): Uint8Array | null {
  if (!lanes.some((lane) => lane.by === 'context')) return null
  const laneOf = new Uint8Array(noContext(events) + 1).fill(NO_LANE)
  for (const [l, lane] of lanes.entries()) {
    const c = lane.by === 'context' ? events.contexts.indexOf(lane.value) : -1
    if (c >= 0) laneOf[c] = l
  }
  return laneOf
}

/** Events on an address or device: its index lists them, no column needs to. */
async function countEntity(
  at: Snapshot,
  id: number,
  mask: Bitset | null,
  bins: Bins,
  into: Uint32Array,
): Promise<void> {
  const accounts = await at.facts.accounts()
  const found = at.db
    .prepare(
      'SELECT account_id, ts FROM event WHERE ip_id = ? UNION ALL SELECT account_id, ts FROM event WHERE device_id = ?',
    )
    .raw()
    .all(id, id) as [number, number][]
  for (const [account, ts] of found) {
    const b = Math.floor((ts - bins.from) / bins.binMs)
    if (b < 0 || b >= bins.count) continue
    const r = row(accounts, account)
    if (r !== NO_ROW && (mask === null || has(mask, r))) into[b]++
  }
}

async function countRegistrations(
  at: Snapshot,
  mask: Bitset | null,
  bins: Bins,
  into: Uint32Array,
): Promise<void> {
  const { n, registered } = await at.facts.accounts()
  for (let r = 0; r < n; r++) {
    const b = Math.floor((registered[r] - bins.from) / bins.binMs)
    if (b >= 0 && b < bins.count && (mask === null || has(mask, r))) into[b]++
  }
}

/** Single events of the selected between two moments, evenly thinned to `limit`. */
export async function singleEvents(at: Snapshot, selection: Selection, span: Span, limit: number) {
  const accounts = await at.facts.accounts()
  const events = await at.facts.events()
  const { community } = await at.runs.columns()
  const mask = await maskOf(at, selection, ['time'])
  const from = firstAt(events, span.from)
  const to = firstAt(events, span.to)
  let total = 0
  if (mask === null) total = to - from
  else for (let i = from; i < to; i++) if (has(mask, events.row[i])) total++
  const size = Math.min(limit, total)
  const kinds = [...new Set(events.acts.map((act) => act.kind))].slice(0, 255)
  const outcomes = [...new Set(events.acts.flatMap((act) => act.outcome ?? []))].slice(0, 255)
  const none = noContext(events)
  const found = {
    total,
    ts: new Float64Array(size),
    accountId: new Uint32Array(size),
    community: new Uint32Array(size),
    kind: new Uint8Array(size),
    outcome: new Uint8Array(size),
    context: new Uint8Array(size),
    kinds,
    outcomes,
    contexts: events.contexts.slice(0, 255),
  }
  const code = (at: number) => (at < 0 || at >= 255 ? 255 : at)
  let seen = 0
  let kept = 0
  for (let i = from; i < to && kept < size; i++) {
    if (mask !== null && !has(mask, events.row[i])) continue
    // The k-th kept is number floor(k × total / size): evenly thinned, the same each time.
    if (seen++ < Math.floor((kept * total) / size)) continue
    const act = events.acts[events.act[i]]
    found.ts[kept] = timeOf(events, i)
    found.accountId[kept] = accounts.accountId[events.row[i]]
    found.community[kept] = community[events.row[i]]
    found.kind[kept] = code(kinds.indexOf(act.kind))
    found.outcome[kept] = act.outcome === null ? 255 : code(outcomes.indexOf(act.outcome))
    found.context[kept] = events.context[i] === none ? 255 : code(events.context[i])
    kept++
  }
  return found
}
