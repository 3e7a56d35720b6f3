import type { Moments, SeriesFacts } from './facts.ts'

export type GroupKind = 'all' | 'community' | 'context' | 'country'

export interface Communities {
  readonly runId: number
  /** membership[i] is the community of accountIds[i]; 0xffffffff: none. */
  readonly membership: Uint32Array
  readonly count: number
}

/** One group's moments: rows[from .. to) of the kind's order. */
export interface Group {
  readonly kind: GroupKind
  readonly key: string
  readonly rows: Uint32Array
}

export const NO_COMMUNITY = 0xffff_ffff
export const MIN_MEMBERS = 20

/** Community of each account id (index), or NO_COMMUNITY, for communities of at least MIN_MEMBERS. */
export function communityOfAccount(communities: Communities, accountIds: Uint32Array): Uint32Array {
  const sizes = new Uint32Array(communities.count)
  let largest = 0
  for (let i = 0; i < accountIds.length; i++) {
    const c = communities.membership[i]
    if (c < communities.count) sizes[c]++
    if (accountIds[i] > largest) largest = accountIds[i]
  }
  const of = new Uint32Array(largest + 1).fill(NO_COMMUNITY)
  for (let i = 0; i < accountIds.length; i++) {
    const c = communities.membership[i]
    if (c < communities.count && sizes[c] >= MIN_MEMBERS) of[accountIds[i]] = c
  }
  return of
}

/** Every group of the moments with at least `minEvents` of them. */
export function groupMoments(
  moments: Moments,
  community: Uint32Array | null,
  terms: SeriesFacts['terms'],
  minEvents: number,
): Group[] {
  const groups: Group[] = []
  const all = Uint32Array.from({ length: moments.n }, (_, i) => i)
  if (moments.n >= minEvents) groups.push({ kind: 'all', key: '', rows: all })
  if (community !== null)
    for (const [key, rows] of split(moments, (i) => {
      const a = moments.account[i]
      return a < community.length ? community[a] : NO_COMMUNITY
    }))
      if (rows.length >= minEvents) groups.push({ kind: 'community', key: String(key), rows })
  for (const kind of ['context', 'country'] as const)
    for (const [key, rows] of split(moments, (i) => moments[kind][i] || NO_COMMUNITY)) {
      const value = terms.get(key)
      if (rows.length >= minEvents && value !== undefined && value !== '')
        groups.push({ kind, key: value, rows })
    }
  return groups
}

/** Rows by key (counting sort), keys ascending, NO_COMMUNITY left out. */
function split(moments: Moments, keyOf: (row: number) => number): [key: number, rows: Uint32Array][] {
  const sizes = new Map<number, number>()
  for (let i = 0; i < moments.n; i++) {
    const key = keyOf(i)
    if (key !== NO_COMMUNITY) sizes.set(key, (sizes.get(key) ?? 0) + 1)
  }
  const keys = [...sizes.keys()].sort((a, b) => a - b)
  const rows = new Map(keys.map((key) => [key, { rows: new Uint32Array(sizes.get(key) as number), n: 0 }]))
  for (let i = 0; i < moments.n; i++) {
    const slot = rows.get(keyOf(i))
    if (slot !== undefined) slot.rows[slot.n++] = i
  }
  return keys.map((key) => [key, (rows.get(key) as { rows: Uint32Array }).rows])
}
