/**
 * Every CSV that Shoal writes goes through here: evidence packs, lists, tables, benches. RFC 4180, and safe to open in
 * a spreadsheet: what Excel, WPS or LibreOffice would run as a formula gets an apostrophe before it (OWASP, CSV
 * injection). Account names, texts and device ids come from people who may want just that.
 *
 * The rule, which `verbatim` undoes exactly: at the beginning of a cell, and behind each line break, tab or semicolon in
 * it (programs in half of Europe split at those, whatever the quotes say), an apostrophe is put where there come, behind
 * any spaces, quotes and apostrophes, one of = + - @ or their full-width forms; and at the beginning of a cell also before a tab
 * or line break. Numbers that Shoal computed are written as they are.
 */
export type Cell = string | number | boolean | null | undefined

const START = /^(?:['"\s]*[=+\-@＝＋－＠]|'*[\t\r\n])/
const INSIDE = /([;\t\r\n])(?=['"\s]*[=+\-@＝＋－＠])/g
const GUARDED_INSIDE = /([;\t\r\n])'(?=['"\s]*[=+\-@＝＋－＠])/g

/** Text as it can be opened in a spreadsheet without being run. */
export function neutral(text: string): string {
  return (START.test(text) ? "'" : '') + text.replace(INSIDE, "$1'")
}

/** The text that `neutral` was given. */
export function verbatim(text: string): string {
  return (text.startsWith("'") && START.test(text) ? text.slice(1) : text).replace(GUARDED_INSIDE, '$1')
}

/** One cell of CSV: empty for null and for numbers that are none. */
export function csvCell(value: Cell): string {
  return cellOf(value, /[",;\t\r\n]/)
}

/** One record, ending in LF, or as spreadsheets write it, in CRLF. */
export function csvRow(cells: readonly Cell[], end: '\n' | '\r\n' = '\n'): string {
  return `${cells.map(csvCell).join(',')}${end}`
}

/** One record with tabs between its cells, as spreadsheets paste it. */
export function tsvRow(cells: readonly Cell[]): string {
  return `${cells.map((value) => cellOf(value, /["\t\r\n]/)).join('\t')}\n`
}

function cellOf(value: Cell, quoted: RegExp): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const safe = neutral(String(value))
  return quoted.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
