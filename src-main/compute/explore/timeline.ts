import type { ExploreCounts, ExploreLane } from '../../common/contract/compute-explore.ts'
import type { Selection, Span } from '../../common/contract/selection.ts'
import { NO_ROW, row } from './accounts.ts'
import { add, emptySet, has, type Bitset } from './bitset.ts'
import { chosenOf, type Chosen } from './chosen.ts'
import { countByCells, rangesOf } from './count-cells.ts'
import { accountLanes, countLanes, NO_LANE, valueLanes, type Bins } from './lanes.ts'
import { FAILED, firstAt, LOGIN, noneOf, OTHER, REGISTRATION, timeOf, type EventColumns } from './events.ts'
import type { Snapshot } from './state.ts'

/** Counts the selected accounts' events by bin, class and lane. The time part is not applied. */
export async function timelineCounts(
  at: Snapshot,
  selection: Selection,
  bins: Bins,
  lanes: readonly ExploreLane[],
): Promise<ExploreCounts> {
  const chosen = await chosenOf(at, selection, ['time'])
  const counted =
    (await countByCells(at, chosen, bins, lanes)) ?? (await countByEvents(at, chosen, bins, lanes))
  const { byClass, lanes: counts, registrations } = counted
  for (const [l, lane] of lanes.entries()) {
    if (lane.by === 'entity')
      await countEntity(at, await at.facts.events(), lane.id, chosen.bits, bins, counts[l])
  }
  const events = byClass[LOGIN].map((_, b) => byClass.reduce((sum, column) => sum + column[b], 0))
  // Where no event says so, an account's own row says when it registered.
  if (!registrations) await countRegistrations(at, chosen.bits, bins, byClass[REGISTRATION])
  return {
    eventsInView: events.reduce((sum, n) => sum + n, 0),
    events,
    logins: byClass[LOGIN],
    failed: byClass[FAILED],
    registrations: byClass[REGISTRATION],
    other: byClass[OTHER],
    lanes: counts,
  }
}

/** By class and bin, by lane and bin; whether any event of the workspace is a registration. */
interface Counted {
  byClass: Uint32Array[]
  lanes: Uint32Array[]
  registrations: boolean
}

/** One pass over the events of the bins' time: for bins finer than cells, and until there are cells. */
async function countByEvents(
  at: Snapshot,
  { bits: mask }: Chosen,
  bins: Bins,
  lanes: readonly ExploreLane[],
): Promise<Counted> {
  const events = await at.facts.events()
  const byClass = [LOGIN, FAILED, REGISTRATION, OTHER].map(() => new Uint32Array(bins.count))
  const counts = lanes.map(() => new Uint32Array(bins.count))
  const columns = [...(await accountLanes(at, lanes)), ...valueLanes(events, lanes)]
  const bounds = new Uint32Array(bins.count + 1)
  for (let b = 0; b <= bins.count; b++) bounds[b] = firstAt(events, bins.from + b * bins.binMs)
  const perAct = new Uint32Array(events.acts.length)
  const perLane = new Uint32Array(NO_LANE + 1)
  for (let b = 0; b < bins.count; b++) {
    const from = bounds[b]
    const to = bounds[b + 1]
    if (from === to) continue
    perAct.fill(0)
    perLane.fill(0)
    if (mask === null) countAll(events.act, from, to, perAct)
    else countSelected(events.act, events.row, mask, from, to, perAct)
    for (const { laneOf, codes } of columns) countLanes(laneOf, codes, events.row, mask, from, to, perLane)
    for (let a = 0; a < perAct.length; a++) byClass[events.acts[a].class][b] += perAct[a]
    for (let l = 0; l < lanes.length; l++) counts[l][b] = perLane[l]
    if ((b & 15) === 0) await at.pace.checkpoint()
  }
  return {
    byClass,
    lanes: counts,
    registrations: events.acts.some((act) => act.class === REGISTRATION),
  }
}

// The inner loops: nothing but typed arrays and one test.

function countAll(act: Uint8Array | Uint16Array, from: number, to: number, perAct: Uint32Array): void {
  for (let i = from; i < to; i++) perAct[act[i]]++
}

function countSelected(
  act: Uint8Array | Uint16Array,
  rows: Uint32Array,
  mask: Bitset,
  from: number,
  to: number,
  perAct: Uint32Array,
): void {
  for (let i = from; i < to; i++) {
    const r = rows[i]
    if (((mask[r >>> 5] >>> (r & 31)) & 1) === 1) perAct[act[i]]++
  }
}

/**
 * Events on a device or address, which its index lists; of an entity that no event names, the events of the accounts that
 * are linked to it.
 */
async function countEntity(
  at: Snapshot,
  events: EventColumns,
  id: number,
  mask: Bitset | null,
  bins: Bins,
  into: Uint32Array,
): Promise<void> {
  const accounts = await at.facts.accounts()
  const binOf = (ms: number) => Math.floor((ms - bins.from) / bins.binMs)
  for (const column of ['device_id', 'ip_id']) {
    const found = at.db.prepare(`SELECT account_id, ts FROM event WHERE ${column} = ?`).raw().all(id) as [
      number,
      number,
    ][]
    for (const [account, ts] of found) {
      const b = binOf(ts)
      if (b < 0 || b >= bins.count) continue
      const r = row(accounts, account)
      if (r !== NO_ROW && (mask === null || has(mask, r))) into[b]++
    }
    if (found.length > 0) return
  }
  const linked = emptySet(accounts.n)
  const ids = at.db.prepare('SELECT account_id FROM link WHERE entity_id = ?').pluck().all(id) as number[]
  for (const account of ids) {
    const r = row(accounts, account)
    if (r !== NO_ROW && (mask === null || has(mask, r))) add(linked, r)
  }
  const end = firstAt(events, bins.from + bins.count * bins.binMs)
  for (let i = firstAt(events, bins.from); i < end; i++)
    if (has(linked, events.row[i])) into[binOf(timeOf(events, i))]++
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
  const chosen = await chosenOf(at, selection, ['time'])
  const { bits: mask } = chosen
  const ranges = await rangesOf(at, chosen, firstAt(events, span.from), firstAt(events, span.to))
  let total = 0
  for (const [from, to] of ranges) {
    if (mask === null) total += to - from
    else for (let i = from; i < to; i++) if (has(mask, events.row[i])) total++
  }
  const size = Math.min(limit, total)
  const kinds = [...new Set(events.acts.map((act) => act.kind))].slice(0, 255)
  const outcomes = [...new Set(events.acts.flatMap((act) => act.outcome ?? []))].slice(0, 255)
  const none = noneOf(events.context)
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
  for (const [from, to] of ranges) {
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
  }
  return found
}
