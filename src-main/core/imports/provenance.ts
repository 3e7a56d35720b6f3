import type { Database } from 'better-sqlite3'
import type {
  ProvenanceAbout,
  ProvenanceCell,
  ProvenanceRow,
  ProvenanceRows,
  ProvenanceSource,
  provenanceMethods,
  RowRef,
} from '../../common/contract/provenance.ts'
import type { KeptRows } from '../../common/contract/problems.ts'
import type { Identity, Output, TableMapping } from '../../common/mapping/mapping.ts'
import { TABLES, type TableName } from '../../common/mapping/roles.ts'
import type { CoreContext, Handlers } from '../context.ts'

export function provenanceHandlers(ctx: CoreContext): Handlers<typeof provenanceMethods> {
  return {
    'provenance.rows': async ({ refs }, { signal }) => {
      const { db, path } = ctx.open()
      const kept = await ctx.ask.call('compute.keptRows', { workspace: path, refs, files: true }, { signal })
      return provenanceOf(db, refs, kept)
    },
    'provenance.facts': ({ accountId, about, offset, limit }) =>
      factsOfAccount(ctx.open().db, accountId, about, { offset, limit }),
  }
}

type SourceRecord = Omit<
  ProvenanceSource,
  'job' | 'outputs' | 'identity' | 'columns' | 'from' | 'lost' | 'damaged'
> & {
  jobId: number | null
  jobKind: string | null
  startedAt: number | null
  mappingJson: string
}

/** Rows with their files, from what compute read of them. */
export function provenanceOf(db: Database, refs: readonly RowRef[], kept: KeptRows): ProvenanceRows {
  const find = db.prepare(
    `SELECT s.id AS sourceId, s.path, s.entry, s.part, s.format, s.encoding, s.sha256, s.bytes,
            s.modified_at AS modifiedAt, s.imported_at AS importedAt, s.retry_of AS retryOf, s.mapping AS mappingJson,
            json_extract(j.params, '$.mapping.name') AS mapping, j.id AS jobId, j.kind AS jobKind,
            j.started_at AS startedAt
     FROM source s LEFT JOIN job j ON j.id = s.job_id WHERE s.id = ? AND s.status <> 'importing'`,
  )
  const problem = db.prepare(
    `SELECT code, column_name AS "column", message FROM import_problem WHERE source_id = ? AND row = ?`,
  )
  const sources = new Map<number, ProvenanceSource>()
  const uses = new Map<number, Map<string, ProvenanceCell['uses']>>()
  for (const { sourceId, columns, from, lost, damaged } of kept.sources) {
    const record = find.get(sourceId) as SourceRecord | undefined
    if (!record) continue
    const { jobId, jobKind, startedAt, mappingJson, ...rest } = record
    const { outputs = [], identity = null } = JSON.parse(mappingJson) as Partial<TableMapping> & {
      identity?: Identity
    }
    sources.set(sourceId, {
      ...rest,
      job: jobId === null ? null : { id: jobId, kind: jobKind!, startedAt },
      outputs: outputs.map(describe),
      identity,
      columns,
      from,
      lost,
      damaged,
    })
    uses.set(sourceId, usesOf(outputs, columns))
  }
  const rows: ProvenanceRow[] = []
  for (const [i, { sourceId, row }] of refs.entries()) {
    const source = sources.get(sourceId)
    const { cells, text } = kept.rows[i]!
    if (!source) continue
    rows.push({
      sourceId,
      row,
      cells: cells && cellsOf(source.columns, cells, uses.get(sourceId)!),
      text,
      problem: (problem.get(sourceId, row) as ProvenanceRow['problem']) ?? null,
    })
  }
  return { rows, sources: [...sources.values()], hidden: false }
}

function describe({ to, cells }: Output): ProvenanceSource['outputs'][number] {
  return {
    to,
    cells: Object.entries(cells).map(([role, cell]) => ({
      role,
      column: 'column' in cell ? cell.column : null,
      value: 'value' in cell ? cell.value : null,
    })),
  }
}

/** What each column is for. */
function usesOf(outputs: readonly Output[], columns: readonly string[]): Map<string, ProvenanceCell['uses']> {
  const uses = new Map<string, ProvenanceCell['uses']>()
  const add = (column: string, to: TableName, role: string) => {
    const list = uses.get(column) ?? []
    list.push({ to, role })
    uses.set(column, list)
  }
  for (const { to, cells } of outputs)
    for (const [role, cell] of Object.entries(cells)) if ('column' in cell) add(cell.column, to, role)
  const named = new Set(uses.keys())
  for (const { attributes } of outputs)
    if (attributes !== 'rest') for (const column of attributes) named.add(column)
  for (const { to, attributes } of outputs) {
    const kept = attributes === 'rest' ? columns.filter((column) => !named.has(column)) : attributes
    for (const column of kept) add(column, to, 'attribute')
  }
  return uses
}

function cellsOf(
  columns: readonly string[],
  values: readonly string[],
  uses: ReadonlyMap<string, ProvenanceCell['uses']>,
): ProvenanceCell[] {
  const cells: ProvenanceCell[] = []
  for (let i = 0; i < Math.max(columns.length, values.length); i++) {
    const column = columns[i] ?? ''
    cells.push({ column, value: values[i] ?? null, uses: uses.get(column) ?? [] })
  }
  return cells
}

const READY = 'source_id IN (SELECT id FROM ready_source)'
const ABOUT: Record<TableName, string> = {
  accounts: `SELECT source_id, row, id, 'accounts' AS t FROM account_record WHERE account_id = @id AND ${READY}`,
  relations: `SELECT source_id, row, id, 'relations' AS t FROM relation WHERE src_id = @id AND ${READY}
    UNION SELECT source_id, row, id, 'relations' AS t FROM relation WHERE dst_id = @id AND ${READY}`,
  links: `SELECT source_id, row, id, 'links' AS t FROM link WHERE account_id = @id AND ${READY}`,
  events: `SELECT source_id, row, id, 'events' AS t FROM event WHERE account_id = @id AND ${READY}`,
  reports: `SELECT source_id, row, id, 'reports' AS t FROM report WHERE account_id = @id AND ${READY}`,
  labels: `SELECT source_id, row, id, 'labels' AS t FROM label WHERE account_id = @id AND ${READY}`,
}

/** Rows that say something of an account. One that only names it, in a relation, is among its relations. */
function factsOfAccount(
  db: Database,
  accountId: number,
  about: ProvenanceAbout,
  page: { offset: number; limit: number },
) {
  const parts = about === 'all' ? TABLES.map((table) => ABOUT[table]) : [ABOUT[about]]
  const facts = `SELECT source_id AS sourceId, row, t AS "to" FROM (${parts.join(' UNION ALL ')})`
  const total = db.prepare(`SELECT count(*) FROM (${facts})`).pluck().get({ id: accountId }) as number
  const refs = db
    .prepare(`${facts} ORDER BY sourceId, row LIMIT @limit OFFSET @offset`)
    .all({ id: accountId, ...page }) as (RowRef & { to: TableName })[]
  return { total, refs }
}
