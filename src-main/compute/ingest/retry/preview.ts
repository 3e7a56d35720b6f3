import { basename } from 'node:path'
import type { ImportPreview, Look } from '../../../common/contract/imports.ts'
import type { Mapping, TableMapping } from '../../../common/mapping/mapping.ts'
import type { Pace } from '../../../common/pace.ts'
import type { ComputeContext } from '../../context.ts'
import { DirectSink } from '../bulk/rows.ts'
import { Dictionary } from '../dictionary.ts'
import { bindTable } from '../plan/compile.ts'
import { ProblemLog } from '../problems.ts'
import { RowStore } from '../row-store.ts'
import { noReports } from '../writers.ts'
import { guessTable } from '../guess/table.ts'
import { emptyLike, insertPreviewed, previewedOf } from '../tables/preview-db.ts'
import { labelOf, retriedSource, tableFor } from './plan.ts'
import { createReplay } from './replay.ts'
import { openRejected, type Rejected } from './rows.ts'

type Ctx = Pace & Pick<ComputeContext, 'db'>

/**
 * Rejected rows as one file that can be mapped, by the mapping that rejected them. `read`: how to split again what could
 * not be split. Throws ShoalError not_found.
 */
export async function lookAtRejected(
  ctx: Ctx,
  input: Rejected & { read: TableMapping['read']; rows: number },
): Promise<Look> {
  const source = retriedSource(ctx.db, input.sourceId)
  const rejected = await openRejected(ctx.db, input, ctx)
  const columns = rejected.columns
  const replay = createReplay(source.format, input.read)
  const [page = []] = rejected.pages(input.rows)
  const sample = page.map((one) => {
    const row = replay(one)
    return row.problem === null || row.problem === 'nul_byte'
      ? columns.map((_, at) => (at < row.count && at < row.starts.length ? row.text(at) : ''))
      : columns.map((_, at) => (at === 0 ? row.raw() : ''))
  })
  const name = basename(source.entry ?? source.path)
  const guess = guessTable({ file: name, table: source.part, columns, rows: sample })
  const before = source.mapping ?? guess.mapping
  const mapping: TableMapping = { ...before, read: { ...before.read, ...input.read } }
  const label = labelOf({ ...source, part: '' })
  return {
    files: [
      {
        path: source.path,
        entry: source.entry,
        label,
        name,
        format: source.format,
        bytes: source.bytes,
        parts: null,
        tables: [
          {
            name: source.part,
            columns: columns.map((column) => ({ name: column, declared: null, folder: false })),
            rows: rejected.total,
            read: { encoding: source.encoding, ...mapping.read },
            notes: [],
            sample,
            mapping,
            by: 'given',
            saved: null,
            guess,
          },
        ],
        error: null,
      },
    ],
    ignored: [],
    mapping: { shoalMapping: 1, name, tables: [mapping], identity: source.identity },
    sure: false,
  }
}

/**
 * What the first rejected rows would become under another mapping: they are really stored, in a database in memory with
 * the workspace's schema. Throws what a retry throws.
 */
export async function previewRetry(
  ctx: Ctx,
  input: Rejected & { mapping: Mapping; rows: number },
): Promise<ImportPreview> {
  const source = retriedSource(ctx.db, input.sourceId)
  const rejected = await openRejected(ctx.db, input, ctx)
  const { columns } = rejected
  const table = tableFor(source, input.mapping, columns)
  const label = labelOf(source)
  const db = emptyLike(ctx.db)
  try {
    const bound = bindTable(table, columns, input.mapping.identity, { label, sha256: 'preview' })
    const sourceId = insertPreviewed(db, source.path, source.part, table.outputs[0]!.to)
    const sink = new DirectSink(db)
    const problems = new ProblemLog(sink, sourceId)
    const dictionary = new Dictionary(db, sink)
    const store = new RowStore({ db, sink, bound, sourceId, dictionary, reports: noReports() })
    const replay = createReplay(source.format, table.read)
    const [page = []] = rejected.pages(input.rows)
    for (const one of page) {
      const row = replay(one)
      if (row.problem !== null) problems.addBroken(row, one.row, row.problem)
      else if (row.count !== columns.length) problems.addRagged(row, one.row, columns.length)
      else {
        const fault = store.add(row, one.row)
        if (fault) problems.add(row, one.row, fault.column, fault.code, fault.message)
      }
    }
    problems.flush()
    store.flush()
    const count = (of: string) => db.prepare(`SELECT count(*) FROM ${of}`).pluck().get() as number
    return {
      tables: [
        {
          label,
          file: labelOf({ ...source, part: '' }),
          table: source.part,
          rowsIn: page.length,
          problems: problems.count,
          facts: store.facts(),
          ...previewedOf(db, sourceId),
        },
      ],
      accounts: count('account'),
      entities: count('entity'),
    }
  } finally {
    db.close()
  }
}
