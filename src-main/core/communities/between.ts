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
  // Indexed by account id, which is dense: a Map would be asked millions of times.
  const communityOf = new Int32Array((graph.accountIds.at(-1) ?? 0) + 1).fill(-1)
  const members = db.prepare('SELECT account_id, community_id FROM community_member WHERE run_id = ?').raw()
  let count = 1
  for (const [account, community] of members.iterate(run) as Iterable<[number, number]>) {
    communityOf[account] = community
    count = Math.max(count, community + 1)
  }
  const sums = new Map<number, number>()
  for (let node = 0; node < graph.accountIds.length; node++) {
    // Whole graphs are in memory, so this rarely waits; let other calls in now and then all the same.
    if ((node & 8191) === 8191) await new Promise((resolve) => setImmediate(resolve))
    const mine = communityOf[graph.accountIds[node]!]!
    if (mine < 0) continue
    const row = await graph.row(node)
    for (let k = 0; k < row.accountId.length; k++) {
      const other = communityOf[row.accountId[k]!]!
      if (other <= mine) continue
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
