import type { AccountRow } from '../../../src-main/common/contract/accounts.ts'
import { csvRow, type Cell } from '../../../src-main/common/csv.ts'

/** What a column of a table is in a file: its header, which says what kind of knowledge it is, and its value. */
export interface CsvField<R> {
  header: string
  value(row: R): Cell
}

const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** Columns of the table of accounts, by their keys. */
export const ACCOUNT_FIELDS: Record<string, CsvField<AccountRow>> = {
  key: { header: 'account_id', value: (r) => r.key },
  score: { header: 'score_inferred', value: (r) => r.score },
  community: {
    header: 'community_inferred',
    value: (r) => (r.community === null ? null : `C-${r.community + 1}`),
  },
  belonging: { header: 'belonging_inferred', value: (r) => r.belonging },
  registered: { header: 'registered_at_utc', value: (r) => instant(r.registeredAt) },
  events: { header: 'events', value: (r) => r.events },
  reports: { header: 'reports', value: (r) => r.reports },
  label: { header: 'label_observed', value: (r) => r.label },
  verdict: { header: 'verdict_judged', value: (r) => r.verdict },
}

/** One row as a CSV line. */
export function csvLine<R>(row: R, fields: readonly CsvField<R>[]): string {
  return csvRow(
    fields.map((f) => f.value(row)),
    '\r\n',
  )
}

/** Lines as a CSV text under the fields' headers. */
export function csvText<R>(lines: readonly string[], fields: readonly CsvField<R>[]): string {
  const header = csvRow(
    fields.map((f) => f.header),
    '\r\n',
  )
  return header + lines.join('')
}

/** Asks page after page until all of a list is there; stops when the signal does. */
export async function collectPages<T>(
  ask: (offset: number, limit: number) => Promise<{ total: number; rows: T[] }>,
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
  limit = 1000,
): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    signal.throwIfAborted()
    const { total, rows } = await ask(all.length, limit)
    all.push(...rows)
    progress(all.length, total)
    if (rows.length === 0 || all.length >= total) return all
  }
}
