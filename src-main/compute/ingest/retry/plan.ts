import type { Database } from 'better-sqlite3'
import { ShoalError } from '../../../common/errors.ts'
import {
  mappingFor,
  type Identity,
  type Mapping,
  type TableMapping,
} from '../../../common/mapping/mapping.ts'
import { bareName } from '../find/found.ts'

/** A source whose rows are read again. */
export interface RetriedSource {
  id: number
  /** The source that the file was imported as; itself where it is no retry. */
  root: number
  path: string
  entry: string | null
  part: string
  format: string
  table: string
  sha256: string | null
  bytes: number
  encoding: string
  modifiedAt: number | null
  /** How it was mapped; null where an early version does not say it whole. */
  mapping: TableMapping | null
  identity: Identity
}

const VERBATIM: Identity = { account: [], entity: {}, region: 'CN' }

/** Throws ShoalError not_found. */
export function retriedSource(db: Database, sourceId: number): RetriedSource {
  const found = db
    .prepare(
      `SELECT s.id, coalesce(s.retry_of, s.id) AS root, s.path, s.entry, s.part, s.format, s.table_name AS "table",
              s.sha256, s.bytes, s.encoding, s.modified_at AS modifiedAt, s.mapping,
              json_extract(j.params, '$.mapping.identity') AS identity
       FROM source s LEFT JOIN job j ON j.id = s.job_id WHERE s.id = ? AND s.status = 'ready'`,
    )
    .get(sourceId) as
    (Omit<RetriedSource, 'mapping' | 'identity'> & { mapping: string; identity: string | null }) | undefined
  if (!found) throw new ShoalError('not_found', `There is no source ${sourceId}.`, { sourceId })
  const {
    columns: _,
    identity,
    ...mapping
  } = JSON.parse(found.mapping) as Partial<TableMapping> & {
    columns?: string[]
    identity?: Identity
  }
  return {
    ...found,
    mapping:
      mapping.outputs && mapping.match ? ({ ...mapping, read: mapping.read ?? {} } as TableMapping) : null,
    // A saved mapping's rules are with the source; what was given is with the job, too.
    identity: identity ?? (found.identity === null ? VERBATIM : (JSON.parse(found.identity) as Identity)),
  }
}

/** For people: the file, and the table in it where it has several. */
export function labelOf({ path, entry, part }: Pick<RetriedSource, 'path' | 'entry' | 'part'>): string {
  const file = entry === null ? path : `${path} › ${entry}`
  return part === '' ? file : `${file} (${part})`
}

/**
 * What a mapping says of a source's rows: the table mapping that fits it, or the only one there is. Throws ShoalError
 * invalid_input where there is none, or it makes nothing of them.
 */
export function tableFor(source: RetriedSource, mapping: Mapping, columns: readonly string[]): TableMapping {
  const shape = { file: bareName(source.entry ?? source.path), table: source.part, columns }
  const table = mappingFor(mapping, shape) ?? (mapping.tables.length === 1 ? mapping.tables[0]! : null)
  if (!table || table.outputs.length === 0) {
    throw new ShoalError(
      'invalid_input',
      `The mapping "${mapping.name}" makes nothing of ${labelOf(source)}. Name the file in "match", or give it outputs.`,
    )
  }
  return table
}
