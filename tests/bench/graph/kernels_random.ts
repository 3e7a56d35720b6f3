import { Random } from '../../../src-main/compute/communities/random.ts'
import { sortSymmetricRows } from '../../../src-main/compute/graph/csr.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'

/**
 * About `edges` random edges among n nodes with skewed degrees (both ends are drawn as n × r^1.5), made without anything
 * per edge but the arrays themselves. Loops and repeats are dropped; weights are 1.
 */
export function randomCsr(n: number, edges: number, seed: number): Csr {
  const random = new Random(seed)
  const draw = (): number => Math.floor(n * random.next() ** 1.5)
  let a = new Uint32Array(edges)
  let b = new Uint32Array(edges)
  const offsets = new Uint32Array(n + 1)
  let kept = 0
  for (let i = 0; i < edges; i++) {
    const [u, v] = [draw(), draw()]
    if (u === v) continue
    a[kept] = u
    b[kept++] = v
    offsets[u + 1]++
    offsets[v + 1]++
  }
  for (let u = 0; u < n; u++) offsets[u + 1] += offsets[u]
  const cursor = offsets.slice(0, n)
  const targets = new Uint32Array(2 * kept)
  for (let i = 0; i < kept; i++) {
    targets[cursor[a[i]]++] = b[i]
    targets[cursor[b[i]]++] = a[i]
  }
  a = b = new Uint32Array(0)
  const sorted = sortSymmetricRows({ n, offsets, targets, weights: new Float32Array(2 * kept).fill(1) })
  // Repeats now stand side by side: keep the first of each, in place.
  let at = 0
  for (let u = 0, from = 0; u < n; u++) {
    const to = offsets[u + 1]
    const begin = at
    for (let e = from; e < to; e++)
      if (at === begin || sorted.targets[at - 1] !== sorted.targets[e])
        sorted.targets[at++] = sorted.targets[e]
    from = to
    offsets[u + 1] = at
  }
  return { n, offsets, targets: sorted.targets.slice(0, at), weights: sorted.weights.slice(0, at) }
}
