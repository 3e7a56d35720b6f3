/**
 * How long an edge of weight w is; stronger evidence is shorter.
 *
 * - `hops`: 1, whatever the weight.
 * - `inverse`: 1 / w, as of resistances in a row. Prefers few strong steps; a tie of .1 is as long as ten of 1.
 * - `likelihood`: −ln p with p = w / (w + 1), the chance that the tie is real if a tie of weight 1 is even odds. Lengths
 *   add where chances multiply, so the shortest path is the likeliest to hold all along.
 */
export type PathLength = 'hops' | 'inverse' | 'likelihood'

/** As a number, for inner loops. */
export const LENGTH_KINDS: Record<PathLength, number> = { hops: 0, inverse: 1, likelihood: 2 }

export function edgeLength(kind: number, weight: number): number {
  return kind === 1 ? 1 / weight : kind === 2 ? Math.log1p(1 / weight) : 1
}
