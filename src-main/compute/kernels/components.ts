import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { endOfTurn } from './turns.ts'

/**
 * Connected components: component[u] is in 0..count-1, numbered by their smallest node, so the numbers depend on
 * nothing but the graph. Isolated nodes are components of one. Weights are not looked at.
 *
 * Union-find where the smaller node becomes the root and paths are halved (Tarjan & van Leeuwen 1984). Rows are
 * sorted and edges lie in both directions, so each row is read only up to the diagonal. 4 bytes per node.
 */
export async function components(
  csr: Pick<Csr, 'n' | 'offsets' | 'targets'>,
  pace: Pace,
): Promise<{ component: Uint32Array; count: number }> {
  const { n, offsets } = csr
  const parent = new Uint32Array(n)
  for (let u = 0; u < n; u++) parent[u] = u
  for (let from = 0; from < n;) {
    const to = endOfTurn(offsets, n, from)
    unite(csr, parent, from, to)
    from = to
    pace.progress({ phase: 'kernels.components', done: from, total: n, unit: 'accounts' })
    await pace.checkpoint()
  }
  // A parent is never larger than its child: in ascending order, every parent already has its number.
  let count = 0
  for (let u = 0; u < n; u++) parent[u] = parent[u] === u ? count++ : parent[parent[u]]
  return { component: parent, count }
}

function unite(
  { offsets, targets }: Pick<Csr, 'offsets' | 'targets'>,
  parent: Uint32Array,
  from: number,
  to: number,
): void {
  for (let u = from; u < to; u++) {
    // u's own root only ever gets smaller within its row.
    let root = u
    const end = offsets[u + 1]
    for (let e = offsets[u]; e < end; e++) {
      let v = targets[e]
      if (v >= u) break
      while (parent[v] !== v) v = parent[v] = parent[parent[v]]
      if (v < root) {
        parent[root] = v
        root = v
      } else if (v > root) {
        parent[v] = root
      }
    }
  }
}
