import type { AccountRow } from '../../../../src-main/common/contract/accounts.ts'

/** An account's score as far as a comparison of two scorings needs it. */
export type Scored = Pick<AccountRow, 'id' | 'key' | 'score' | 'community' | 'verdict' | 'label'>

export interface Changes {
  /** Size of the two lists that are compared. */
  of: number
  stayed: number
  /** In the later list only, highest first. */
  entered: Scored[]
  /** In the earlier list only, highest first. */
  left: (Scored & { after: number | null })[]
  /** In both, by how far the score moved. */
  moved: (Scored & { before: number; after: number })[]
}

/**
 * How the accounts to look at first differ between two scorings.
 * @param before,after the highest scores, highest first
 * @param now scores of the earlier list's accounts after the change
 */
export function changesOf(
  before: readonly Scored[],
  after: readonly Scored[],
  now: readonly Scored[] = [],
): Changes {
  const was = new Map(before.map((row) => [row.id, row]))
  const is = new Map(after.map((row) => [row.id, row]))
  const later = new Map([...now, ...after].map((row) => [row.id, row.score]))
  const moved = after.flatMap((row) => {
    const old = was.get(row.id)
    return old?.score == null || row.score === null ? [] : [{ ...row, before: old.score, after: row.score }]
  })
  return {
    of: Math.max(before.length, after.length),
    stayed: after.filter((row) => was.has(row.id)).length,
    entered: after.filter((row) => !was.has(row.id)),
    left: before
      .filter((row) => !is.has(row.id))
      .map((row) => ({ ...row, after: later.get(row.id) ?? null })),
    moved: moved.sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before)),
  }
}
