import type { Pace } from '../../common/pace.ts'

export type LineageKind = 'born' | 'same' | 'grown' | 'shrunk' | 'split' | 'merged' | 'gone'

export interface LineageRow {
  kind: LineageKind
  /** null: born. */
  earlier: number | null
  /** null: gone. */
  later: number | null
  /** Accounts in both. */
  shared: number
  earlierSize: number
  laterSize: number
}

/** Two communities are the same one's past and present when they share at least this much of the smaller ... */
export const LEAST_OF_SMALLER = 0.5
/** ... and this much of the larger: a chip off a large community is a new one. */
export const LEAST_OF_LARGER = 0.1
/** A size that changes by no more than this share stays the same. */
export const SIZE_CHANGE = 0.1

/** The members of a run's communities: account ids, ascending, and their community. */
export interface PartitionRows {
  readonly accountIds: Uint32Array
  readonly community: Uint32Array
}

function sizesOf(rows: PartitionRows): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const c of rows.community) sizes.set(c, (sizes.get(c) ?? 0) + 1)
  return sizes
}

/**
 * What became of each community, by the accounts they share (Greene, Doyle & Cunningham 2010, who match by Jaccard
 * index; here by shares of the smaller and the larger, so that parts of a split and a merger are matched too: for two
 * of equal size, half shared is a Jaccard index of 1/3, near their threshold of 0.3).
 *
 * Two communities are linked when they share LEAST_OF_SMALLER of the smaller and LEAST_OF_LARGER of the larger one.
 * A link that is the only one of both ends is 'same', 'grown' or 'shrunk' by size; an earlier community with several
 * links 'split' into them, a later one with several 'merged' from them; a link can be both and then has two rows.
 * Without any link a community is 'born' or 'gone'. Rows are ordered by later, then earlier community, gone ones last.
 */
export async function compareCommunities(
  earlier: PartitionRows,
  later: PartitionRows,
  pace: Pace,
): Promise<LineageRow[]> {
  const earlierSizes = sizesOf(earlier)
  const laterSizes = sizesOf(later)
  /** later -> earlier -> accounts in both. */
  const shared = new Map<number, Map<number, number>>()
  let i = 0
  for (let j = 0; j < later.accountIds.length; j++) {
    if ((j & 8191) === 0) await pace.checkpoint()
    while (i < earlier.accountIds.length && earlier.accountIds[i] < later.accountIds[j]) i++
    if (i >= earlier.accountIds.length || earlier.accountIds[i] !== later.accountIds[j]) continue
    let row = shared.get(later.community[j])
    if (row === undefined) shared.set(later.community[j], (row = new Map()))
    row.set(earlier.community[i], (row.get(earlier.community[i]) ?? 0) + 1)
  }
  const links: LineageRow[] = []
  const earlierLinks = new Map<number, number>()
  const laterLinks = new Map<number, number>()
  for (const [b, row] of shared) {
    for (const [a, both] of row) {
      const [sizeA, sizeB] = [earlierSizes.get(a)!, laterSizes.get(b)!]
      const linked =
        both >= LEAST_OF_SMALLER * Math.min(sizeA, sizeB) && both >= LEAST_OF_LARGER * Math.max(sizeA, sizeB)
      if (!linked) continue
      const slack = SIZE_CHANGE * sizeA
      const kind = sizeB - sizeA > slack ? 'grown' : sizeA - sizeB > slack ? 'shrunk' : 'same'
      links.push({ kind, earlier: a, later: b, shared: both, earlierSize: sizeA, laterSize: sizeB })
      earlierLinks.set(a, (earlierLinks.get(a) ?? 0) + 1)
      laterLinks.set(b, (laterLinks.get(b) ?? 0) + 1)
    }
  }
  await pace.checkpoint()
  const rows: LineageRow[] = []
  for (const link of links) {
    const split = earlierLinks.get(link.earlier!)! > 1
    const merged = laterLinks.get(link.later!)! > 1
    if (split) rows.push({ ...link, kind: 'split' })
    if (merged) rows.push({ ...link, kind: 'merged' })
    if (!split && !merged) rows.push(link)
  }
  for (const [b, size] of laterSizes) {
    if (laterLinks.has(b)) continue
    rows.push({ kind: 'born', earlier: null, later: b, shared: 0, earlierSize: 0, laterSize: size })
  }
  for (const [a, size] of earlierSizes) {
    if (earlierLinks.has(a)) continue
    rows.push({ kind: 'gone', earlier: a, later: null, shared: 0, earlierSize: size, laterSize: 0 })
  }
  const last = (id: number | null) => id ?? Infinity
  return rows.sort(
    (x, y) =>
      compare(last(x.later), last(y.later)) ||
      compare(last(x.earlier), last(y.earlier)) ||
      (x.kind < y.kind ? -1 : 1),
  )
}

const compare = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * How many communities each word is true of: earlier ones for 'gone' and 'split', later ones for the others.
 */
export function countLineage(rows: readonly LineageRow[]): Record<LineageKind, number> {
  const ids: Record<LineageKind, Set<number>> = {
    born: new Set(),
    same: new Set(),
    grown: new Set(),
    shrunk: new Set(),
    split: new Set(),
    merged: new Set(),
    gone: new Set(),
  }
  for (const row of rows) {
    ids[row.kind].add(row.kind === 'gone' || row.kind === 'split' ? row.earlier! : row.later!)
  }
  return Object.fromEntries(Object.entries(ids).map(([kind, set]) => [kind, set.size])) as Record<
    LineageKind,
    number
  >
}
