import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { WORK_PER_TURN } from './turns.ts'

/**
 * Core numbers: the largest k such that the node belongs to a subgraph in which everybody has at least k
 * neighbours (weights are not looked at). 0 for isolated nodes. Batagelj & Zaveršnik 2003, "An O(m) algorithm for
 * cores decomposition of networks". O(n + entries), 16 bytes per node.
 */
export async function coreNumbers(
  csr: Pick<Csr, 'n' | 'offsets' | 'targets'>,
  pace: Pace,
): Promise<Uint32Array> {
  const { n, offsets } = csr
  const degree = new Uint32Array(n)
  let most = 0
  for (let u = 0; u < n; u++) {
    degree[u] = offsets[u + 1] - offsets[u]
    if (degree[u] > most) most = degree[u]
  }
  // Nodes by rising degree: start[d] is where those of degree d begin, place[u] where u is.
  const start = new Uint32Array(most + 2)
  for (let u = 0; u < n; u++) start[degree[u] + 1]++
  for (let d = 0; d <= most; d++) start[d + 1] += start[d]
  const order = new Uint32Array(n)
  const place = new Uint32Array(n)
  for (let u = 0; u < n; u++) {
    const at = start[degree[u]]++
    place[u] = at
    order[at] = u
  }
  for (let d = most; d > 0; d--) start[d] = start[d - 1]
  if (n > 0) start[0] = 0
  for (let done = 0; done < n;) {
    done = peel(csr, degree, start, order, place, done)
    pace.progress({ phase: 'kernels.cores', done, total: n, unit: 'accounts' })
    await pace.checkpoint()
  }
  return degree
}

/** Takes nodes off in order of what is left of their degree; returns where the next turn goes on. */
function peel(
  { n, offsets, targets }: Pick<Csr, 'n' | 'offsets' | 'targets'>,
  degree: Uint32Array,
  start: Uint32Array,
  order: Uint32Array,
  place: Uint32Array,
  from: number,
): number {
  let work = 0
  let i = from
  for (; i < n && work < WORK_PER_TURN; i++) {
    const u = order[i]
    const core = degree[u]
    const end = offsets[u + 1]
    work += end - offsets[u] + 1
    for (let e = offsets[u]; e < end; e++) {
      const v = targets[e]
      const d = degree[v]
      if (d <= core) continue
      // v swaps places with the first of its degree and then belongs to the degree below.
      const at = place[v]
      const first = start[d]
      const other = order[first]
      order[at] = other
      place[other] = at
      order[first] = v
      place[v] = first
      start[d] = first + 1
      degree[v] = d - 1
    }
  }
  return i
}
