import type { KeptRows } from '../../../common/contract/problems.ts'
import type { ComputeContext } from '../../context.ts'
import type { RawRecord } from '../raw/codec.ts'
import { originalRows } from '../raw/original.ts'
import { createRawReader, DamagedRecords, rawSource } from '../raw/read.ts'

type Ctx = Pick<ComputeContext, 'db' | 'signal' | 'progress' | 'checkpoint'>
type Records = ReadonlyMap<number, RawRecord>

/**
 * Rows of files as they were, in the order asked for; a row that is not kept has neither cells nor text. `files`: read the
 * file of a source whose rows were not kept, or are damaged, where it still is what was imported. Sources that are not
 * there are left out.
 */
export async function keptRows(
  ctx: Ctx,
  refs: readonly { sourceId: number; row: number }[],
  files: boolean,
): Promise<KeptRows> {
  const sources: KeptRows['sources'] = []
  const records = new Map<number, Records>()
  for (const sourceId of new Set(refs.map((ref) => ref.sourceId))) {
    const rows = refs.filter((ref) => ref.sourceId === sourceId).map(({ row }) => row)
    const found = await sourceRows(ctx, sourceId, rows, files)
    if (!found) continue
    sources.push(found.source)
    records.set(sourceId, found.records)
  }
  const rows = refs.map(({ sourceId, row }) => {
    const record = records.get(sourceId)?.get(row)
    return { sourceId, row, cells: record?.cells ?? null, text: record?.text ?? null }
  })
  return { sources, rows }
}

async function sourceRows(
  ctx: Ctx,
  sourceId: number,
  rows: readonly number[],
  files: boolean,
): Promise<{ source: KeptRows['sources'][number]; records: Records } | null> {
  const source = rawSource(ctx.db, sourceId)
  if (!source) return null
  const { columns, kept } = source
  const original = (wanted: readonly number[]) =>
    files ? originalRows(ctx.db, sourceId, wanted, ctx) : 'not_looked'
  if (!kept) {
    const found = await original(rows)
    return typeof found === 'string'
      ? { source: { sourceId, columns, from: null, lost: found, damaged: false }, records: new Map() }
      : {
          source: { sourceId, columns: found.columns, from: 'file', lost: null, damaged: false },
          records: found.records,
        }
  }
  const records = new Map<number, RawRecord>()
  const damaged: number[] = []
  const read = createRawReader(ctx.db, source)
  for (const row of rows) {
    try {
      const record = read(row)
      if (record) records.set(row, record)
    } catch (error) {
      if (!(error instanceof DamagedRecords)) throw error
      damaged.push(row)
    }
  }
  if (damaged.length === 0)
    return { source: { sourceId, columns, from: 'workspace', lost: null, damaged: false }, records }
  const found = await original(damaged)
  if (typeof found === 'string')
    return { source: { sourceId, columns, from: 'workspace', lost: 'damaged', damaged: true }, records }
  for (const [row, record] of found.records) records.set(row, record)
  return { source: { sourceId, columns, from: 'file', lost: null, damaged: true }, records }
}
