export type Cell = string | number | null | undefined

/** What a spreadsheet would run as a formula, also behind blanks. */
const FORMULA = /^\s*[=+\-@]|^[\t\r\n]/

/**
 * One record of RFC 4180 CSV, ending in LF. Text that a spreadsheet would run as a formula gets a leading
 * apostrophe (OWASP CSV injection). Numbers are written as they are.
 */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : ''
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
