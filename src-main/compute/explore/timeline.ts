import type { ExploreCounts, ExploreLane } from '../../common/contract/compute-explore.ts'
import type { Selection, Span } from '../../common/contract/selection.ts'
import { NO_ROW, row } from './accounts.ts'
import { add, emptySet, has, type Bitset } from './bitset.ts'
import { FAILED, firstAt, LOGIN, noneOf, OTHER, REGISTRATION, timeOf, type EventColumns } from './events.ts'
import { maskOf } from './parts.ts'
import type { Snapshot } from './state.ts'

interface Bins {
  from: number
  binMs: number
  count: number
}

const NO_LANE = 255

/** Lanes that are told apart by a column: of the event's account, or of the event itself. */
interface LaneColumn {
  /** Lane of each code of the column; NO_LANE where it has none. */
  laneOf: Uint8Array
  codes: Uint8Array | Uint16Array | null
}

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
  const columns = [...(await accountLanes(at, lanes)), ...valueLanes(events, lanes)]
  const bounds = new Uint32Array(bins.count + 1)
  for (let b = 0; b <= bins.count; b++) bounds[b] = firstAt(events, bins.from + b * bins.binMs)
  const perBin = new Uint32Array(bins.count)
  let eventsInView = 0
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
    for (let a = 0; a < perAct.length; a++) {
      byClass[events.acts[a].class][b] += perAct[a]
      perBin[b] += perAct[a]
    }
    eventsInView += perBin[b]
    for (let l = 0; l < lanes.length; l++) counts[l][b] = perLane[l]
    if ((b & 15) === 0) await at.pace.checkpoint()
  }
  for (const [l, lane] of lanes.entries()) {
    if (lane.by === 'entity') await countEntity(at, events, lane.id, mask, bins, counts[l])
  }
  // Where no event says so, an account's own row says when it registered.
  if (!events.acts.some((act) => act.class === REGISTRATION))
    await countRegistrations(at, mask, bins, byClass[REGISTRATION])
  return {
    eventsInView,
    events: perBin,
    logins: byClass[LOGIN],
    failed: byClass[FAILED],
    registrations: byClass[REGISTRATION],
    other: byClass[OTHER],
    lanes: counts,
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

function countLanes(
  laneOf: Uint8Array,
  codes: Uint8Array | Uint16Array | null,
  rows: Uint32Array,
  mask: Bitset | null,
  from: number,
  to: number,
  perLane: Uint32Array,
): void {
  for (let i = from; i < to; i++) {
    const r = rows[i]
    if (mask !== null && ((mask[r >>> 5] >>> (r & 31)) & 1) === 0) continue
    perLane[laneOf[codes === null ? r : codes[i]]]++
  }
}

/** Lanes of communities and of accounts; an account may be in a lane of either kind. */
async function accountLanes(at: Snapshot, lanes: readonly ExploreLane[]): Promise<LaneColumn[]> {
  const accounts = await at.facts.accounts()
  const columns: LaneColumn[] = []
  const column = () => {
    const laneOf = new Uint8Array(accounts.n).fill(NO_LANE)
    columns.push({ laneOf, codes: null })
    return laneOf
  }
  if (lanes.some((lane) => lane.by === 'community')) {
    const { community, communities } = await at.runs.columns()
    const lane = new Uint8Array(communities).fill(NO_LANE)
    for (const [l, one] of lanes.entries())
      if (one.by === 'community' && one.id >= 0 && one.id < communities) lane[one.id] = l
    const laneOf = column()
    for (let r = 0; r < accounts.n; r++) if (community[r] !== NO_ROW) laneOf[r] = lane[community[r]]
  }
  if (lanes.some((lane) => lane.by === 'account')) {
    const laneOf = column()
    for (const [l, one] of lanes.entries()) {
      const r = one.by === 'account' ? row(accounts, one.id) : NO_ROW
      if (r !== NO_ROW) laneOf[r] = l
    }
  }
  return columns
}

/** Lanes of contexts, countries and outcomes; null is the lane of events that state none. */
function valueLanes(events: EventColumns, lanes: readonly ExploreLane[]): LaneColumn[] {
  const columns: LaneColumn[] = []
  for (const [by, codes, values] of [
    ['context', events.context, events.contexts],
    ['country', events.country, events.countries],
  ] as const) {
    if (!lanes.some((lane) => lane.by === by)) continue
    const laneOf = new Uint8Array(noneOf(codes) + 1).fill(NO_LANE)
    for (const [l, lane] of lanes.entries()) {
      if (lane.by !== by) continue
      const code = lane.value === null ? noneOf(codes) : values.indexOf(lane.value)
      if (code >= 0) laneOf[code] = l
    }
    columns.push({ laneOf, codes })
  }
  if (lanes.some((lane) => lane.by === 'outcome')) {
    const laneOf = new Uint8Array(noneOf(events.act) + 1).fill(NO_LANE)
    for (const [l, lane] of lanes.entries()) {
      if (lane.by !== 'outcome') continue
      for (const [a, act] of events.acts.entries()) if (act.outcome === lane.value) laneOf[a] = l
    }
    columns.push({ laneOf, codes: events.act })
  }
  return columns
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
  const mask = await maskOf(at, selection, ['time'])
  const from = firstAt(events, span.from)
  const to = firstAt(events, span.to)
  let total = 0
  if (mask === null) total = to - from
  else for (let i = from; i < to; i++) if (has(mask, events.row[i])) total++
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
