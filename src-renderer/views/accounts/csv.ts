import type { AccountRow } from '../../../src-main/common/contract/accounts.ts'
import { csvCell } from '../../ui/csv.ts'

export const CSV_COLUMNS = [
  'account_id',
  'score_inferred',
  'community_inferred',
  'belonging_inferred',
  'registered_at_utc',
  'events',
  'reports',
  'label_observed',
  'verdict_judged',
] as const

export const CSV_HEADER = CSV_COLUMNS.join(',')

/** One account as a CSV line without its end, columns as in the header. */
export function csvLine(r: AccountRow): string {
  return [
    r.key,
    r.score,
    r.community === null ? null : `C-${r.community + 1}`,
    r.belonging,
    r.registeredAt === null ? null : new Date(r.registeredAt).toISOString(),
    r.events,
    r.reports,
    r.label,
    r.verdict,
  ]
    .map(csvCell)
    .join(',')
}

/** Lines as a CSV text with CRLF ends; the header names what is observed, inferred, judged. */
export function csvText(lines: readonly string[]): string {
  return [CSV_HEADER, ...lines, ''].join('\r\n')
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
