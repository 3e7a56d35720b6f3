import type { LabelRow } from '../../../../src-main/common/contract/learning.ts'

/** Everything that was said of one account, the word in force first. */
export interface Opinions {
  accountId: number
  key: string
  rows: LabelRow[]
}

/** Rows by account, in the order in which accounts first come. */
export function byAccount(rows: readonly LabelRow[]): Opinions[] {
  const found = new Map<number, Opinions>()
  for (const row of rows) {
    const one = found.get(row.accountId)
    if (one) one.rows.push(row)
    else found.set(row.accountId, { accountId: row.accountId, key: row.key, rows: [row] })
  }
  for (const one of found.values()) one.rows.sort((a, b) => Number(b.used) - Number(a.used))
  return [...found.values()]
}
