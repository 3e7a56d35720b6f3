import type { Pace } from '../../../common/pace.ts'
import type { ByteSource, Reader, TableInfo } from '../read/reader.ts'

/** The first records of a table as text, at most `most`; records that can't be read are left out. */
export async function sampleRows(
  reader: Reader,
  source: ByteSource,
  table: TableInfo,
  most: number,
  pace: Pace,
): Promise<string[][]> {
  const rows: string[][] = []
  for await (const batch of reader.rows(source, table, {}, pace)) {
    batch.each((row) => {
      if (rows.length >= most || row.problem !== null || row.count !== table.columns.length) return
      rows.push(table.columns.map((_, i) => row.text(i)))
    })
    if (rows.length >= most) break
  }
  return rows
}

/** Records of a table's parts, from several of them: folders say other things of each. */
export async function sampleParts(
  parts: readonly { file: ByteSource; reader: Reader; info: TableInfo }[],
  most: number,
  pace: Pace,
): Promise<string[][]> {
  const some = parts.slice(0, SAMPLED_PARTS)
  const rows: string[][] = []
  for (const [i, { reader, file, info }] of some.entries()) {
    const share = Math.ceil((most - rows.length) / (some.length - i))
    rows.push(...(await sampleRows(reader, file, info, share, pace)))
  }
  return rows
}

const SAMPLED_PARTS = 8
