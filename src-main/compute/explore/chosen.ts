import type { Selection } from '../../common/contract/selection.ts'
import { isUnset, type SelectionPart } from '../../common/selection/where.ts'
import { NO_ROW } from './accounts.ts'
import { count, forEachRow, type Bitset } from './bitset.ts'
import { isJudged, maskOf } from './parts.ts'
import { once, type Snapshot } from './state.ts'

/**
 * Who is selected, evaluated once for all the views that ask at the same time, with what was counted of them so far. Not
 * to be changed by anybody.
 */
export interface Chosen {
  /** Null: everybody. */
  bits: Bitset | null
  count: number
  /** Ascending, where they are few enough to be walked faster than all; else null. */
  rows: Uint32Array | null
  kept: Map<string, Promise<unknown>>
}

/** One in so many accounts: then walking rows costs less than testing everybody. */
const FEW = 8

/** Who is selected without the parts in `except`. */
export async function chosenOf(
  at: Snapshot,
  selection: Selection,
  except: readonly string[] = [],
): Promise<Chosen> {
  const parts = (Object.keys(selection) as SelectionPart[])
    .filter((key) => !isUnset(selection, key) && !except.includes(key))
    .sort()
    .map((key) => [key, selection[key], isJudged(key) ? at.judged.seq : 0])
  return at.runs.chosen.get(JSON.stringify(parts), async () => {
    const { n } = await at.facts.accounts()
    const bits = await maskOf(at, selection, except)
    const selected = bits === null ? n : count(bits)
    return {
      bits,
      count: selected,
      rows: bits !== null && selected <= n / FEW ? rowsIn(bits, selected) : null,
      kept: new Map(),
    }
  })
}

function rowsIn(bits: Bitset, size: number): Uint32Array {
  const rows = new Uint32Array(size)
  let k = 0
  forEachRow(bits, (r) => (rows[k++] = r))
  return rows
}

/** Selected accounts of each community, and how many communities hold any. */
export function byCommunity(
  at: Snapshot,
  chosen: Chosen,
): Promise<{ selected: Uint32Array; communities: number }> {
  return once(chosen.kept, 'byCommunity', async () => {
    const { community, communities } = await at.runs.columns()
    const selected = new Uint32Array(communities)
    const { bits, rows } = chosen
    if (rows !== null) {
      for (let i = 0; i < rows.length; i++) {
        const c = community[rows[i]]
        if (c !== NO_ROW) selected[c]++
      }
    } else {
      for (let r = 0; r < community.length; r++) {
        const c = community[r]
        if (c !== NO_ROW && (bits === null || ((bits[r >>> 5] >>> (r & 31)) & 1) === 1)) selected[c]++
      }
    }
    let met = 0
    for (let c = 0; c < communities; c++) if (selected[c] > 0) met++
    return { selected, communities: met }
  })
}

/** Rows of each community: those of c are rows[offsets[c]] .. rows[offsets[c + 1]], ascending. */
export interface Members {
  offsets: Uint32Array
  rows: Uint32Array
}

/** Made once, when nobody waits (see warm); then a community's rows need no look at everybody's. */
export function membersOf(at: Snapshot): Promise<Members> {
  return once(at.runs.kept, 'members', async () => {
    const { community, communities } = await at.runs.columns()
    const offsets = new Uint32Array(communities + 1)
    for (let r = 0; r < community.length; r++) if (community[r] !== NO_ROW) offsets[community[r] + 1]++
    for (let c = 0; c < communities; c++) offsets[c + 1] += offsets[c]
    const rows = new Uint32Array(offsets[communities])
    const next = offsets.slice(0, communities)
    for (let r = 0; r < community.length; r++) if (community[r] !== NO_ROW) rows[next[community[r]]++] = r
    return { offsets, rows }
  })
}

/** Rows of each of some communities, ascending; of one that is not there, none. */
export async function rowsOfCommunities(at: Snapshot, ids: readonly number[]): Promise<Uint32Array[]> {
  if (at.runs.kept.has('members')) {
    const { offsets, rows } = await membersOf(at)
    return ids.map((id) =>
      id >= 0 && id + 1 < offsets.length ? rows.subarray(offsets[id], offsets[id + 1]) : new Uint32Array(0),
    )
  }
  const { community, communities } = await at.runs.columns()
  const wanted = new Uint8Array(communities)
  const rows = new Map<number, number[]>()
  for (const id of ids) {
    if (id < 0 || id >= communities) continue
    wanted[id] = 1
    rows.set(id, [])
  }
  for (let r = 0; r < community.length; r++) {
    const c = community[r]
    if (c !== NO_ROW && wanted[c] === 1) rows.get(c)!.push(r)
  }
  return ids.map((id) => Uint32Array.from(rows.get(id) ?? []))
}
