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
