import type { Database } from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError } from '../../common/errors.ts'
import { NEIGHBOUR_BYTES, readGraphLayout, sectionAt } from '../../common/graph-file.ts'
import type { Pace } from '../../common/pace.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { NO_ROW, row, type AccountColumns } from './accounts.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import { orderOf } from './radix.ts'
import type { RunColumns } from './runs.ts'

/** Weights between communities, heaviest first; source < target. */
export interface Between {
  source: Uint32Array
  target: Uint32Array
  weight: Float32Array
}

/** Edges that a map is drawn with at most. */
const HEAVIEST = 20_000

const keptBetween = (workspace: string, key: string) => ({ workspace, group: 'between', key, keep: 3 })

/** The heaviest alone: a small part of the file. Null where there is none or it isn't whole. */
export async function readHeaviest(workspace: string, key: string, pace: Pace): Promise<Between | null> {
  const only = { source: HEAVIEST, target: HEAVIEST, weight: HEAVIEST }
  const file = await readColumns<null>(pathOf(keptBetween(workspace, key)), pace, only)
  return file && (file.columns as never as Between)
}

export const heaviestOf = ({ source, target, weight }: Between): Between => ({
  source: source.slice(0, HEAVIEST),
  target: target.slice(0, HEAVIEST),
  weight: weight.slice(0, HEAVIEST),
})

/** The graph of communities, from its file, or summed from the graph's. Throws derived_missing where that is gone. */
export async function loadBetween(
  db: Database,
  workspace: string,
  key: string,
  graphRun: number | undefined,
  columns: { accounts: AccountColumns; runs: RunColumns },
  pace: Pace,
): Promise<Between> {
  const kept = keptBetween(workspace, key)
  const file = await readColumns<null>(pathOf(kept), pace)
  if (file) return file.columns as never as Between
  const name = db
    .prepare('SELECT derived FROM run WHERE id = ?')
    .pluck()
    .get(graphRun ?? -1) as string | null | undefined
  const graph = name && join(workspace, DERIVED_DIR, name)
  if (!graph || !existsSync(graph))
    throw new ShoalError('derived_missing', 'The stored graph is gone from derived/. Run the analysis again.')
  const made = await sumBetween(graph, columns.accounts, columns.runs, pace)
  await keepColumns(kept, { meta: null, columns: { ...made } }, pace)
  return made
}

const RECORDS = 500_000

async function sumBetween(
  path: string,
  accounts: AccountColumns,
  { community, communities }: RunColumns,
  pace: Pace,
): Promise<Between> {
  const file = await open(path, 'r')
  try {
    const layout = await readGraphLayout(file)
    const words = async (section: string) => {
      const at = sectionAt(layout, section)
      const values = new Uint32Array(at.bytes / 4)
      await file.read(new Uint8Array(values.buffer), 0, at.bytes, at.position)
      return values
    }
    const communityOf = (account: number) => {
      const r = row(accounts, account)
      return r === NO_ROW ? NO_ROW : community[r]
    }
    const nodes = Uint32Array.from(await words('accountIds'), communityOf)
    const offsets = await words('combined.offsets')
    const entries = offsets[offsets.length - 1]
    // The other end's community and the weight of every entry whose end is of a later community.
    const ends = new Uint32Array(entries)
    const weights = new Float32Array(entries)
    const { position } = sectionAt(layout, 'combined.neighbours')
    const bytes = new Uint8Array(RECORDS * NEIGHBOUR_BYTES)
    const view = new DataView(bytes.buffer)
    for (let from = 0; from < entries; from += RECORDS) {
      const n = Math.min(RECORDS, entries - from)
      await file.read(bytes, 0, n * NEIGHBOUR_BYTES, position + from * NEIGHBOUR_BYTES)
      for (let k = 0; k < n; k++) {
        ends[from + k] = communityOf(view.getUint32(k * NEIGHBOUR_BYTES, true))
        weights[from + k] = view.getFloat32(k * NEIGHBOUR_BYTES + 4, true)
      }
      await pace.checkpoint()
    }
    const byCommunity = orderOf(nodes, false)
    const sums = new Float64Array(communities)
    const met: number[] = []
    const source: number[] = []
    const target: number[] = []
    const weight: number[] = []
    for (let i = 0; i < byCommunity.length; i++) {
      const u = byCommunity[i]
      const mine = nodes[u]
      if (mine === NO_ROW) break
      for (let e = offsets[u]; e < offsets[u + 1]; e++) {
        const other = ends[e]
        if (other === NO_ROW || other <= mine) continue
        if (sums[other] === 0) met.push(other)
        sums[other] += weights[e]
      }
      if (i + 1 < byCommunity.length && nodes[byCommunity[i + 1]] === mine) continue
      for (const other of met) {
        if (sums[other] > 0) {
          source.push(mine)
          target.push(other)
          weight.push(sums[other])
        }
        sums[other] = 0
      }
      met.length = 0
      if ((i & 1023) === 0) await pace.checkpoint()
    }
    const order = orderOf(weight, true)
    return {
      source: Uint32Array.from(order, (e) => source[e]),
      target: Uint32Array.from(order, (e) => target[e]),
      weight: Float32Array.from(order, (e) => weight[e]),
    }
  } finally {
    await file.close()
  }
}
