import type { AccountRow } from '../../../src-main/common/contract/accounts.ts'

/**
 * One CSV cell (RFC 4180). A cell that a spreadsheet would run as a formula gets a leading apostrophe, because
 * account names come from outside (OWASP, CSV injection).
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[\s]*[=+\-@\t\r]/.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

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
