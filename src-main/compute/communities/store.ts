import type { ComputeContext } from '../context.ts'
import type { AccountGraph, Csr } from '../graph/types.ts'
import { ROWS_PER_TRANSACTION } from '../store/open.ts'

export interface CommunityTable {
  size: Uint32Array
  /** Weight of the edges inside, each once. */
  internal: Float64Array
  /** Weight of the edges that leave. */
  boundary: Float64Array
  /** boundary / min(volume, volume of the rest); 0 where nothing leaves. */
  conductance: Float64Array
  /** Per node: share of its edge weight that stays inside its community, 0..1. */
  belonging: Float32Array
}

/**
 * Sizes and weights of communities 0..count-1; nodes of other communities are left out as members, but what they
 * weigh counts in the volume of the rest.
 */
export function describeCommunities(csr: Csr, membership: Uint32Array, count: number): CommunityTable {
  const size = new Uint32Array(count)
  const internal = new Float64Array(count)
  const boundary = new Float64Array(count)
  const belonging = new Float32Array(csr.n)
  let total = 0
  for (let u = 0; u < csr.n; u++) {
    const c = membership[u]
    let inside = 0
    let all = 0
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      all += csr.weights[e]
      if (membership[csr.targets[e]] === c) inside += csr.weights[e]
    }
    total += all
    if (c >= count) continue
    size[c]++
    internal[c] += inside / 2
    boundary[c] += all - inside
    belonging[u] = all > 0 ? inside / all : 0
  }
  const conductance = new Float64Array(count)
  for (let c = 0; c < count; c++) {
    const volume = 2 * internal[c] + boundary[c]
    const smaller = Math.min(volume, total - volume)
    conductance[c] = boundary[c] > 0 && smaller > 0 ? Math.min(1, boundary[c] / smaller) : 0
  }
  return { size, internal, boundary, conductance, belonging }
}

/** Accounts that are in several communities, as rows of community_overlap. */
export interface Overlaps {
  readonly node: Uint32Array
  readonly community: Uint32Array
  /** 0..1. */
  readonly belonging: Float32Array
}

/**
 * Writes the rows of community, community_member (nodes whose community is below table.size.length) and
 * community_overlap and community_group of a run, in short transactions. They are visible once the run is finished. `tell` gets the
 * share done, 0..1.
 */
export async function storeCommunities(
  ctx: ComputeContext,
  runId: number,
  graph: Pick<AccountGraph, 'accountIds'>,
  membership: Uint32Array,
  table: CommunityTable,
  tell: (share: number) => void = () => {},
  overlaps: Overlaps | null = null,
  hierarchy: readonly Uint32Array[] = [],
): Promise<void> {
  const { size, internal, boundary, conductance, belonging } = table
  const count = size.length
  const community = ctx.db.prepare('INSERT INTO community VALUES (?, ?, ?, ?, ?, ?)')
  const member = ctx.db.prepare('INSERT INTO community_member VALUES (?, ?, ?, ?)')
  const parts: [rows: number, write: (i: number) => void][] = [
    [count, (i) => community.run(runId, i, size[i], internal[i], boundary[i], conductance[i])],
    [
      membership.length,
      (u) => {
        if (membership[u] < count) member.run(runId, graph.accountIds[u], membership[u], belonging[u])
      },
    ],
  ]
  if (overlaps !== null && overlaps.node.length > 0) {
    const overlap = ctx.db.prepare('INSERT INTO community_overlap VALUES (?, ?, ?, ?)')
    const { node, community: of, belonging: share } = overlaps
    parts.push([node.length, (i) => overlap.run(runId, graph.accountIds[node[i]], of[i], share[i])])
  }
  const group = ctx.db.prepare('INSERT INTO community_group VALUES (?, ?, ?, ?)')
  for (const { level, id, parent } of storedGroups(hierarchy, count))
    parts.push([id.length, (i) => group.run(runId, level, id[i], parent[i])])
  const total = parts.reduce((sum, [rows]) => sum + rows, 0)
  let before = 0
  for (const [rows, write] of parts) {
    const writeRange = ctx.db.transaction((from: number, to: number) => {
      for (let i = from; i < to; i++) write(i)
    })
    for (let from = 0; from < rows; from += STORE_CHUNK) {
      const to = Math.min(rows, from + STORE_CHUNK)
      writeRange(from, to)
      tell((before + to) / total)
      await ctx.checkpoint()
    }
    before += rows
  }
}

/**
 * What of a hierarchy (Partition.hierarchy) is stored: at each level the groups that hold one of the communities
 * 0..count-1, and the coarser group that each lies in. Groups of lone accounts only are left out.
 */
export function storedGroups(
  hierarchy: readonly Uint32Array[],
  count: number,
): { level: number; id: Uint32Array; parent: Uint32Array }[] {
  const levels: { level: number; id: Uint32Array; parent: Uint32Array }[] = []
  let id = Uint32Array.from({ length: count }, (_, c) => c)
  for (const [k, map] of hierarchy.slice(1).entries()) {
    const parent = id.map((group) => map[group])
    levels.push({ level: k, id, parent })
    id = Uint32Array.from(new Set(parent)).sort()
  }
  return levels
}

/** Well under the limit, so that a cancel is heard within ~50 ms. */
const STORE_CHUNK = Math.min(ROWS_PER_TRANSACTION, 20_000)

/** Removes what a run that did not finish has written. */
export function dropCommunities(ctx: Pick<ComputeContext, 'db'>, runId: number): void {
  for (const table of ['community_group', 'community_overlap', 'community_member', 'community'])
    ctx.db.prepare(`DELETE FROM ${table} WHERE run_id = ?`).run(runId)
}
