import type { ExploreLane } from '../../common/contract/compute-explore.ts'
import { NO_ROW, row } from './accounts.ts'
import type { Bitset } from './bitset.ts'
import { noneOf, type EventColumns } from './events.ts'
import type { Snapshot } from './state.ts'

export interface Bins {
  from: number
  binMs: number
  count: number
}

export const NO_LANE = 255

/** Lanes that are told apart by a column: of the event's account, or of the event itself. */
export interface LaneColumn {
  /** Lane of each code of the column; NO_LANE where it has none. */
  laneOf: Uint8Array
  codes: Uint8Array | Uint16Array | null
}

/** Lanes of communities and of accounts; an account may be in a lane of either kind. */
export async function accountLanes(at: Snapshot, lanes: readonly ExploreLane[]): Promise<LaneColumn[]> {
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
export function valueLanes(events: EventColumns, lanes: readonly ExploreLane[]): LaneColumn[] {
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

/** Adds the events between two places to their lanes; those of one column. */
export function countLanes(
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
