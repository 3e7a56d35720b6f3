import type { Csr } from '../graph/types.ts'

/** What a node has that takes no part. */
export const NO_STRATUM = 255
/** Strata smaller than this join the next smaller degrees: a stratum must offer enough accounts to draw from. */
const LEAST = 100

export interface Strata {
  /** Stratum of each node, or NO_STRATUM. */
  readonly of: Uint8Array
  /** Nodes in each. */
  readonly sizes: Uint32Array
}

/**
 * Nodes that `takesPart` by their number of neighbours, in doublings (1, 2–3, 4–7, ...), so that chance draws
 * accounts as connected as the members are. Nodes without neighbours take no part: they can be in no community.
 */
export function degreeStrata(csr: Csr, takesPart: (node: number) => boolean): Strata {
  const of = new Uint8Array(csr.n).fill(NO_STRATUM)
  const counts = new Uint32Array(33)
  for (let u = 0; u < csr.n; u++) {
    const degree = csr.offsets[u + 1] - csr.offsets[u]
    if (degree === 0 || !takesPart(u)) continue
    of[u] = 31 - Math.clz32(degree)
    counts[of[u]]++
  }
  // From the many neighbours down, because the well connected are few; a rest at the bottom joins what is above it.
  const stratumOf = new Uint8Array(33)
  const sizes: number[] = []
  let open = 0
  for (let bin = 32; bin >= 0; bin--) {
    stratumOf[bin] = sizes.length
    open += counts[bin]
    if (open >= LEAST) {
      sizes.push(open)
      open = 0
    }
  }
  if (open > 0) {
    if (sizes.length === 0) sizes.push(open)
    else {
      sizes[sizes.length - 1] += open
      for (let bin = 0; bin < 33; bin++) {
        if (stratumOf[bin] === sizes.length) stratumOf[bin] = sizes.length - 1
      }
    }
  }
  for (let u = 0; u < csr.n; u++) if (of[u] !== NO_STRATUM) of[u] = stratumOf[of[u]]
  return { of, sizes: Uint32Array.from(sizes) }
}
