/** In no community. Any other number is a community's. */
export const NO_COMMUNITY = 0xffffffff

export interface CompareOptions {
  /** Communities of a with fewer accounts are not counted in `agreeing` (default 3). */
  minSize?: number
  /** Jaccard from which two communities are each other's counterpart (default .5). */
  jaccard?: number
  /** At most so many flows (default 200). */
  flows?: number
}

export interface Comparison {
  nmi: number
  ari: number
  both: number
  onlyA: number
  onlyB: number
  agreeing: number
  comparedCommunities: number
  flows: { from: number; to: number; accounts: number; fromSize: number; toSize: number }[]
}

/**
 * Compares two partitions of the same accounts (index = account; NO_COMMUNITY where it is in none).
 *
 * nmi: mutual information / arithmetic mean of the two entropies (Danon et al. 2005), 0..1; ari: adjusted Rand
 * index (Hubert & Arabie 1985), ≤ 1, 0 in expectation by chance. Both over the accounts that both place; both are
 * 0 where there is no such account. As scikit-learn's normalized_mutual_info_score and adjusted_rand_score.
 * agreeing: communities of a (of `minSize` accounts or more) with a counterpart in b; sizes here are of whole
 * communities, so accounts that only one side places count against them.
 * flows: the largest overlaps, most accounts first, then by from and to.
 * O(n + overlaps log overlaps), ~24 bytes per account. Throws RangeError for different lengths.
 */
export function comparePartitions(a: Uint32Array, b: Uint32Array, options: CompareOptions = {}): Comparison {
  const { minSize = 3, jaccard = 0.5, flows: most = 200 } = options
  if (a.length !== b.length)
    throw new RangeError(
      `The partitions have ${a.length} and ${b.length} accounts; they must be the same ones.`,
    )
  const left = relabel(a)
  const right = relabel(b)
  const overlaps = contingency(left, right)

  let both = 0
  let onlyA = 0
  let onlyB = 0
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== NO_COMMUNITY && b[i] !== NO_COMMUNITY) both++
    else if (a[i] !== NO_COMMUNITY) onlyA++
    else if (b[i] !== NO_COMMUNITY) onlyB++
  }

  const matched = new Uint8Array(left.names.length)
  for (let i = 0; i < overlaps.accounts.length; i++) {
    const shared = overlaps.accounts[i]
    const union = left.sizes[overlaps.from[i]] + right.sizes[overlaps.to[i]] - shared
    if (shared >= jaccard * union) matched[overlaps.from[i]] = 1
  }
  let comparedCommunities = 0
  let agreeing = 0
  for (let c = 0; c < matched.length; c++) {
    if (left.sizes[c] < minSize) continue
    comparedCommunities++
    agreeing += matched[c]
  }

  const order = Array.from(overlaps.accounts.keys()).sort(
    (x, y) =>
      overlaps.accounts[y] - overlaps.accounts[x] ||
      left.names[overlaps.from[x]] - left.names[overlaps.from[y]] ||
      right.names[overlaps.to[x]] - right.names[overlaps.to[y]],
  )
  const flows = order.slice(0, most).map((i) => ({
    from: left.names[overlaps.from[i]],
    to: right.names[overlaps.to[i]],
    accounts: overlaps.accounts[i],
    fromSize: left.sizes[overlaps.from[i]],
    toSize: right.sizes[overlaps.to[i]],
  }))
  return { ...agreement(overlaps, both), both, onlyA, onlyB, agreeing, comparedCommunities, flows }
}

interface Labels {
  /** Per account: 0..names.length-1, or NO_COMMUNITY. */
  labels: Uint32Array
  /** The community's number as it was given. */
  names: number[]
  sizes: number[]
}

/** Any numbers to 0.. in the order they are met. */
function relabel(membership: Uint32Array): Labels {
  const labels = new Uint32Array(membership.length)
  const names: number[] = []
  const sizes: number[] = []
  const numbers = new Map<number, number>()
  for (let i = 0; i < membership.length; i++) {
    const name = membership[i]
    if (name === NO_COMMUNITY) {
      labels[i] = NO_COMMUNITY
      continue
    }
    let label = numbers.get(name)
    if (label === undefined) {
      numbers.set(name, (label = names.length))
      names.push(name)
      sizes.push(0)
    }
    sizes[label]++
    labels[i] = label
  }
  return { labels, names, sizes }
}

interface Overlaps {
  from: number[]
  to: number[]
  accounts: number[]
}

/** The cells of the contingency table that are not 0: accounts grouped by a, counted by b. */
function contingency(a: Labels, b: Labels): Overlaps {
  const start = new Uint32Array(a.names.length + 1)
  for (let c = 0; c < a.sizes.length; c++) start[c + 1] = start[c] + a.sizes[c]
  const grouped = new Uint32Array(start[a.sizes.length])
  const cursor = start.slice()
  for (let i = 0; i < a.labels.length; i++) {
    if (a.labels[i] !== NO_COMMUNITY) grouped[cursor[a.labels[i]]++] = b.labels[i]
  }
  const count = new Uint32Array(b.names.length)
  const overlaps: Overlaps = { from: [], to: [], accounts: [] }
  for (let c = 0; c < a.sizes.length; c++) {
    const first = overlaps.to.length
    for (let i = start[c]; i < start[c + 1]; i++) {
      const d = grouped[i]
      if (d === NO_COMMUNITY) continue
      if (count[d]++ === 0) {
        overlaps.from.push(c)
        overlaps.to.push(d)
      }
    }
    for (let i = first; i < overlaps.to.length; i++) {
      overlaps.accounts.push(count[overlaps.to[i]])
      count[overlaps.to[i]] = 0
    }
  }
  return overlaps
}

function agreement({ from, to, accounts }: Overlaps, n: number): { nmi: number; ari: number } {
  if (n === 0) return { nmi: 0, ari: 0 }
  const rows = new Map<number, number>()
  const columns = new Map<number, number>()
  for (let i = 0; i < accounts.length; i++) {
    rows.set(from[i], (rows.get(from[i]) ?? 0) + accounts[i])
    columns.set(to[i], (columns.get(to[i]) ?? 0) + accounts[i])
  }
  const pairs = (x: number) => (x * (x - 1)) / 2
  let mutual = 0
  let together = 0
  for (let i = 0; i < accounts.length; i++) {
    mutual += (accounts[i] / n) * Math.log((accounts[i] * n) / (rows.get(from[i])! * columns.get(to[i])!))
    together += pairs(accounts[i])
  }
  const entropyOf = (sizes: Map<number, number>) => {
    let entropy = 0
    for (const size of sizes.values()) entropy -= (size / n) * Math.log(size / n)
    return entropy
  }
  const pairsOf = (sizes: Map<number, number>) => {
    let sum = 0
    for (const size of sizes.values()) sum += pairs(size)
    return sum
  }
  const mean = (entropyOf(rows) + entropyOf(columns)) / 2
  // One community on both sides: nothing to learn and nothing in dispute.
  const nmi =
    rows.size === 1 && columns.size === 1 ? 1 : mean > 0 ? Math.max(0, Math.min(1, mutual / mean)) : 0
  const inRows = pairsOf(rows)
  const inColumns = pairsOf(columns)
  const expected = n > 1 ? (inRows * inColumns) / pairs(n) : 0
  const highest = (inRows + inColumns) / 2
  const ari = highest === expected ? 1 : (together - expected) / (highest - expected)
  return { nmi, ari }
}
