import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { TableName } from '../../common/mapping/roles.ts'
import type { FoundFile } from './find/found.ts'
import type { FormatId } from './read/reader.ts'
import { fileKey, readNote } from './sweep.ts'
import type { MappingChoices } from './tables/choose.ts'

/** A source of an import that was killed, of which every row is stored: it need not be read again. */
export interface Adopted {
  sourceId: number
  path: string
  entry: string | null
  part: string
  format: FormatId
  table: TableName
  sha256: string
  bytes: number
  encoding: string
  modifiedAt: number | null
  rowsIn: number
  rowsStored: number
  rowsKnown: number
  problems: number
}

/** Names how an import maps its files: it can go on only where the same was chosen. */
export function choicesKey({ given, saved }: MappingChoices): string {
  return createHash('sha256')
    .update(JSON.stringify([given ?? null, given ? [] : (saved ?? [])]))
    .digest('hex')
}

/** When a file, or the archive that it is in, was last written: ms UTC; null where that can't be told. */
export async function modifiedAt(file: FoundFile): Promise<number | null> {
  return stat(file.path).then(
    ({ mtimeMs }) => Math.round(mtimeMs),
    () => null,
  )
}

/**
 * Which files an import that was killed had finished with, by `fileKey`: their path, size and time of writing are what
 * they were, and the mapping is the same. A file of which any table was not finished is not among them.
 */
export async function adoptable(
  db: Database,
  files: readonly FoundFile[],
  choices: MappingChoices,
): Promise<Map<string, Adopted[]>> {
  const adopted = new Map<string, Adopted[]>()
  const note = readNote(db)
  if (note.choices !== choicesKey(choices)) return adopted
  const finished = Map.groupBy(
    db
      .prepare(
        `SELECT id AS sourceId, path, entry, part, format, table_name AS "table", sha256, bytes, encoding,
                modified_at AS modifiedAt, rows_in AS rowsIn, rows_stored AS rowsStored, rows_known AS rowsKnown, problems
         FROM source WHERE status = 'importing' AND stored_at IS NOT NULL ORDER BY id`,
      )
      .all() as Adopted[],
    fileKey,
  )
  const unfinished = new Set([
    ...note.unfinished,
    ...(
      db.prepare(`SELECT path, entry FROM source WHERE status = 'importing' AND stored_at IS NULL`).all() as {
        path: string
        entry: string | null
      }[]
    ).map(fileKey),
  ])
  for (const file of files) {
    const key = fileKey(file)
    const sources = finished.get(key)
    if (!sources || unfinished.has(key)) continue
    const modified = await modifiedAt(file)
    const same = sources.every(
      (source) =>
        modified !== null &&
        source.modifiedAt === modified &&
        (file.bytes === null || source.bytes === file.bytes),
    )
    if (same) adopted.set(key, sources)
  }
  return adopted
}
