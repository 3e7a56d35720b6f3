import type { KeptRows } from '../../../common/contract/problems.ts'
import type { ComputeContext } from '../../context.ts'
import type { RawRecord } from '../raw/codec.ts'
import { originalRows } from '../raw/original.ts'
import { createRawReader, rawSource } from '../raw/read.ts'

/**
 * Rows of files as they were, in the order asked for; a row that is not kept has neither cells nor text. `files`: read the
 * file of a source whose rows were not kept, where it still is what was imported. Sources that are not there are left out.
 */
export async function keptRows(
  ctx: Pick<ComputeContext, 'db' | 'signal' | 'progress' | 'checkpoint'>,
  refs: readonly { sourceId: number; row: number }[],
  files: boolean,
): Promise<KeptRows> {
  const sources: KeptRows['sources'] = []
  const readers = new Map<number, (row: number) => RawRecord | null>()
  for (const sourceId of new Set(refs.map((ref) => ref.sourceId))) {
    const source = rawSource(ctx.db, sourceId)
    if (!source) continue
    const { columns, kept } = source
    if (kept) {
      readers.set(sourceId, createRawReader(ctx.db, source))
      sources.push({ sourceId, columns, from: 'workspace', lost: null })
      continue
    }
    const rows = refs.filter((ref) => ref.sourceId === sourceId).map(({ row }) => row)
    const found = files ? await originalRows(ctx.db, sourceId, rows, ctx) : 'not_looked'
    if (typeof found === 'string') sources.push({ sourceId, columns, from: null, lost: found })
    else {
      readers.set(sourceId, (row) => found.records.get(row) ?? null)
      sources.push({ sourceId, columns: found.columns, from: 'file', lost: null })
    }
  }
  const rows = refs.map(({ sourceId, row }) => {
    const record = readers.get(sourceId)?.(row) ?? null
    return { sourceId, row, cells: record?.cells ?? null, text: record?.text ?? null }
  })
  return { sources, rows }
}
