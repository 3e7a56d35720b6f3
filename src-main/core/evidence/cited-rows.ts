import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import type { CoreContext } from '../context.ts'
import type { BagWriter } from './bag.ts'
import type { Scope } from './scope.ts'

/** Rows that are asked for together. */
const PAGE = 500

const IN_PACK = 'IN (SELECT id FROM temp.pack_account)'
const READY = 'source_id IN (SELECT id FROM ready_source)'
/** Every row that a table of the pack cites: see tables.ts. */
const CITED = `
  SELECT source_id, row FROM account_current WHERE id ${IN_PACK}
  UNION SELECT source_id, row FROM relation WHERE src_id ${IN_PACK} AND ${READY}
  UNION SELECT source_id, row FROM relation WHERE dst_id ${IN_PACK} AND ${READY}
  UNION SELECT source_id, row FROM link WHERE account_id ${IN_PACK} AND ${READY}
  UNION SELECT source_id, row FROM event WHERE account_id ${IN_PACK} AND ${READY}
  UNION SELECT source_id, row FROM report WHERE account_id ${IN_PACK} AND ${READY}
  UNION SELECT source_id, row FROM label WHERE account_id ${IN_PACK} AND ${READY}`

/**
 * provenance/rows.jsonl: each row that the pack cites, once, as it was in its file: cells by column, verbatim. Rows of
 * sources of early versions were not kept and are left out. With pseudonyms there is no such file: a row as it was says
 * who is who. Returns the number of rows; null where there is no file. Throws ShoalError workspace_damaged where a row can't be read.
 */
export async function writeCitedRows(
  ctx: CoreContext,
  scope: Scope,
  bag: BagWriter,
  pace: Pace,
): Promise<number | null> {
  if (scope.names.pseudonyms) return null
  const { db } = scope
  db.exec(
    `CREATE TEMP TABLE pack_row (source_id INTEGER, row INTEGER, PRIMARY KEY (source_id, row)) WITHOUT ROWID;
     INSERT INTO temp.pack_row ${CITED}`,
  )
  const page = db.prepare(
    `SELECT source_id AS sourceId, row FROM temp.pack_row WHERE (source_id, row) > (?, ?) AND row > 0
     ORDER BY source_id, row LIMIT ${PAGE}`,
  )
  const file = await bag.file('provenance/rows.jsonl')
  let written = 0
  let last = { sourceId: 0, row: 0 }
  for (;;) {
    const refs = page.all(last.sourceId, last.row) as { sourceId: number; row: number }[]
    if (refs.length === 0) break
    last = refs.at(-1)!
    const kept = await ctx.ask.call(
      'compute.keptRows',
      { workspace: scope.workspace, refs },
      { signal: pace.signal },
    )
    const damaged = kept.sources.find((source) => source.damaged)
    if (damaged) {
      const { file: name } = scope.sources.get(damaged.sourceId)!
      throw new ShoalError(
        'workspace_damaged',
        `What the workspace keeps of ${name} as proof is damaged, so that the pack would lack rows it cites. Check the workspace: it ` +
          'says which rows. Go back to a copy from before, or import the file again into a new workspace.',
        { sourceId: damaged.sourceId },
      )
    }
    const columns = new Map(kept.sources.map((source) => [source.sourceId, source.columns]))
    let text = ''
    for (const { sourceId, row, cells, text: whole } of kept.rows) {
      if (cells === null && whole === null) continue
      const { file: name, sha256 } = scope.sources.get(sourceId)!
      const names = columns.get(sourceId) ?? []
      const line = {
        source_sha256: sha256,
        source_file: name,
        source_row: row,
        ...(cells && { cells: Object.fromEntries(names.map((column, i) => [column, cells[i] ?? null])) }),
        // Cells beyond the header, and a row that could not be split: as text.
        ...(whole !== null && { text: whole }),
      }
      text += `${JSON.stringify(line)}\n`
      written++
    }
    await file.write(text)
    await pace.checkpoint()
  }
  await file.close()
  return written
}
