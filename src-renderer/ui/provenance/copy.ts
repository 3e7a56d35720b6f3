import { tsvRow } from '../../../src-main/common/csv.ts'
import type { ProvenanceRow, ProvenanceSource } from '../../../src-main/common/contract/provenance.ts'

/** File, and member where it is in an archive, and table where it has several. */
export function sourceName({ path, entry, part }: Pick<ProvenanceSource, 'path' | 'entry' | 'part'>): string {
  return [path, entry, part].filter(Boolean).join(' › ')
}

/** A row as text to be pasted into a report: `names` are the words for its parts. */
export function rowAsText(
  source: ProvenanceSource,
  row: ProvenanceRow,
  names: { file: string; row: string; imported: string },
): string {
  const lines = [
    `${names.file}: ${sourceName(source)}`,
    `SHA-256: ${source.sha256 ?? ''}`,
    `${names.row}: ${row.row}`,
    `${names.imported}: ${new Date(source.importedAt).toISOString()}`,
    '',
    ...(row.cells ?? []).map(({ column, value }) => `${column}: ${value ?? ''}`),
  ]
  if (row.text !== null) lines.push('', row.text)
  return `${lines.join('\n')}\n`
}

/** A row as two lines with tabs between, for a spreadsheet: nothing in it is run as a formula. */
export function rowAsTsv(row: ProvenanceRow): string {
  const cells = row.cells ?? (row.text === null ? [] : [{ column: '', value: row.text }])
  return tsvRow(cells.map(({ column }) => column)) + tsvRow(cells.map(({ value }) => value))
}
