import { UndirectedGraph } from 'graphology'
import louvain from 'graphology-communities-louvain'
import { Random } from '../../../src-main/compute/communities/random.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'
import type { Result } from './leiden-peer.ts'

// CommonJS: what Node hands in is the function itself, where the types expect { default }.
const { detailed } = louvain as unknown as typeof louvain.default

/** Above this many nodes a graphology graph takes more memory than the bench may. */
export const GRAPHOLOGY_MOST = 200_000

/** graphology-communities-louvain (graphology has no Leiden) on the same graph, once, in this process. */
export function graphologyLouvain(csr: Csr, seed: number): Result {
  const graph = new UndirectedGraph()
  for (let u = 0; u < csr.n; u++) graph.addNode(u)
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++)
      if (csr.targets[e] > u) graph.addUndirectedEdge(u, csr.targets[e], { weight: csr.weights[e] })
  const random = new Random(seed)
  const start = performance.now()
  const used = process.cpuUsage()
  const found = detailed(graph, { rng: () => random.next() })
  const { user, system } = process.cpuUsage(used)
  return {
    seconds: (performance.now() - start) / 1000,
    cpu: (user + system) / 1e6,
    quality: found.modularity,
    communities: found.count,
  }
}
