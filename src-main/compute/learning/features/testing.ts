import fc from 'fast-check'

/** Random graphs of up to `most` nodes, weights 1 to 4. Tests only. */
export const graphs = (most: number, weights: fc.Arbitrary<number> = fc.integer({ min: 1, max: 4 })) =>
  fc.integer({ min: 2, max: most }).chain((n) =>
    fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), weights), { maxLength: n * 3 }).map((tuples) => {
      const seen = new Map<string, [number, number, number]>()
      for (const [a, b, w] of tuples)
        if (a !== b) seen.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [Math.min(a, b), Math.max(a, b), w])
      return { n, edges: [...seen.values()] }
    }),
  )

export type Edges = readonly (readonly [number, number, number])[]

export function neighbourSets(n: number, edges: Edges): Set<number>[] {
  const sets = Array.from({ length: n }, () => new Set<number>())
  for (const [u, v] of edges) {
    sets[u].add(v)
    sets[v].add(u)
  }
  return sets
}

/** The weights as a dense symmetric matrix. */
export function dense(n: number, edges: Edges): number[][] {
  const w = Array.from({ length: n }, () => Array.from({ length: n }, () => 0))
  for (const [u, v, weight] of edges) {
    w[u][v] = weight
    w[v][u] = weight
  }
  return w
}

export const rowSums = (w: readonly (readonly number[])[]): number[] =>
  w.map((row) => row.reduce((x, y) => x + y, 0))

export const times = (w: readonly (readonly number[])[], x: readonly number[]): number[] =>
  w.map((row) => row.reduce((sum, value, v) => sum + value * x[v], 0))
