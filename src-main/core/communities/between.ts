import type { Database } from 'better-sqlite3'
import { graphReader } from '../graph/reader.ts'
import { newestRuns } from '../workspace/queries.ts'

/** Edges of the graph of communities, heaviest first; source < target. */
export interface BetweenCommunities {
  source: Uint32Array
  target: Uint32Array
  weight: Float32Array
}

const cache = new WeakMap<Database, { run: number; between: Promise<BetweenCommunities> }>()

/** Weights between communities of the newest run, summed from the graph; kept until a new run. */
export function betweenCommunities(db: Database, workspace: string): Promise<BetweenCommunities> {
  const run = newestRuns(db).communities!
  const kept = cache.get(db)
  if (kept?.run === run) return kept.between
  const between = compute(db, workspace, run)
  cache.set(db, { run, between })
  between.catch(() => cache.delete(db))
  return between
}

async function compute(db: Database, workspace: string, run: number): Promise<BetweenCommunities> {
  const graph = await graphReader(db, workspace)
  const communityOf = new Map<number, number>(
    db.prepare('SELECT account_id, community_id FROM community_member WHERE run_id = ?').raw().all(run) as [
      number,
      number,
    ][],
  )
  const sums = new Map<number, number>()
  const count = communityOf.size + 1
  for (let node = 0; node < graph.accountIds.length; node++) {
    // Whole graphs are in memory, so this rarely waits; let other calls in now and then all the same.
    if ((node & 8191) === 8191) await new Promise((resolve) => setImmediate(resolve))
    const mine = communityOf.get(graph.accountIds[node]!)
    if (mine === undefined) continue
    const row = await graph.row(node)
    for (let k = 0; k < row.accountId.length; k++) {
      const other = communityOf.get(row.accountId[k]!)
      if (other === undefined || other <= mine) continue
      const key = mine * count + other
      sums.set(key, (sums.get(key) ?? 0) + row.weight[k]!)
    }
  }
  const entries = [...sums].sort((a, b) => b[1] - a[1])
  const between: BetweenCommunities = {
    source: new Uint32Array(entries.length),
    target: new Uint32Array(entries.length),
    weight: new Float32Array(entries.length),
  }
  entries.forEach(([key, weight], e) => {
    between.source[e] = Math.floor(key / count)
    between.target[e] = key % count
    between.weight[e] = weight
  })
  return between
}
