import fc from 'fast-check'
import { Random } from '../communities/random.ts'
import type { Csr } from '../graph/types.ts'

export type Edge = readonly [u: number, v: number, weight?: number]

/** An undirected graph; equal pairs are summed, loops left out. Tests only. */
export function csrOf(n: number, edges: readonly Edge[]): Csr {
  const rows = Array.from({ length: n }, () => new Map<number, number>())
  for (const [u, v, weight = 1] of edges) {
    if (u === v) continue
    rows[u].set(v, (rows[u].get(v) ?? 0) + weight)
    rows[v].set(u, (rows[v].get(u) ?? 0) + weight)
  }
  const offsets = new Uint32Array(n + 1)
  rows.forEach((row, u) => (offsets[u + 1] = offsets[u] + row.size))
  const sorted = rows.map((row) => Array.from(row).sort((a, b) => a[0] - b[0]))
  return {
    n,
    offsets,
    targets: Uint32Array.from(sorted.flat().map(([v]) => v)),
    weights: Float32Array.from(sorted.flat().map(([, weight]) => weight)),
  }
}

/** Small graphs of any shape, weights in (0, 4]. */
export function randomCsr(maxNodes = 24): fc.Arbitrary<Csr> {
  return fc.integer({ min: 1, max: maxNodes }).chain((n) =>
    fc
      .array(
        fc.tuple(
          fc.nat(n - 1),
          fc.nat(n - 1),
          fc.integer({ min: 1, max: 16 }).map((w) => w / 4),
        ),
        { maxLength: 4 * n },
      )
      .map((edges) => csrOf(n, edges)),
  )
}

/** Equal blocks with random edges: `inside` and `outside` are the chances of each pair. */
export function plantedBlocks(options: {
  blocks: number
  size: number
  inside: number
  outside: number
  seed: number
}): { csr: Csr; blockOf: Uint32Array } {
  const { blocks, size, inside, outside } = options
  const random = new Random(options.seed)
  const n = blocks * size
  const blockOf = Uint32Array.from({ length: n }, (_, u) => Math.floor(u / size))
  const edges: Edge[] = []
  for (let u = 0; u < n; u++) {
    for (let v = u + 1; v < n; v++)
      if (random.next() < (blockOf[u] === blockOf[v] ? inside : outside)) edges.push([u, v])
  }
  return { csr: csrOf(n, edges), blockOf }
}
