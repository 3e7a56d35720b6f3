import type { Database } from 'better-sqlite3'
import type {
  problemMethods,
  ProblemKind,
  ProblemOverview,
  ProblemSample,
  SourceSum,
} from '../../common/contract/problems.ts'
import type { Mapping } from '../../common/mapping/mapping.ts'
import type { CoreContext, Handlers } from '../context.ts'
import type { Session } from '../workspace/service.ts'

const FILE = `coalesce(s.path || ' › ' || s.entry, s.path)`

/** Problems by kind, and whether every row of every file is either stored or among them. */
export function problemOverview(db: Database): ProblemOverview {
  const groups = db
    .prepare(
      `SELECT p.code, p.source_id AS sourceId, ${FILE} AS file, s.part, s.retry_of IS NOT NULL AS retried,
              count(*) AS count
       FROM import_problem p JOIN source s ON s.id = p.source_id AND s.status = 'ready'
       GROUP BY p.source_id, p.code ORDER BY count(*) DESC, p.source_id`,
    )
    .all() as { code: string; sourceId: number; file: string; part: string; retried: number; count: number }[]
  const kinds = new Map<string, ProblemKind>()
  const listed = new Map<number, number>()
  for (const { code, retried, ...part } of groups) {
    const kind = kinds.get(code) ?? { code, count: 0, parts: [] }
    kind.count += part.count
    kind.parts.push({ ...part, retried: retried === 1 })
    kinds.set(code, kind)
    listed.set(part.sourceId, (listed.get(part.sourceId) ?? 0) + part.count)
  }
  const sums = (
    db
      .prepare(
        `SELECT s.id AS sourceId, ${FILE} AS file, s.part, s.rows_in AS rowsIn, s.rows_stored AS rowsStored, s.problems
         FROM source s WHERE s.status = 'ready' ORDER BY s.id`,
      )
      .all() as Omit<SourceSum, 'listed' | 'holds'>[]
  ).map((source): SourceSum => {
    const found = listed.get(source.sourceId) ?? 0
    const holds = source.rowsIn === source.rowsStored + source.problems && source.problems === found
    return { ...source, listed: found, holds }
  })
  const total = (pick: (sum: SourceSum) => number) => sums.reduce((all, sum) => all + pick(sum), 0)
  return {
    kinds: [...kinds.values()].sort((a, b) => b.count - a.count),
    sum: {
      rowsIn: total((s) => s.rowsIn),
      rowsStored: total((s) => s.rowsStored),
      problems: total((s) => s.problems),
      listed: total((s) => s.listed),
      holds: sums.every(({ holds }) => holds),
    },
    broken: sums.filter(({ holds }) => !holds),
  }
}

/** Reads rejected rows again, as a job. Undone by nothing: what still fails stays in the problem list. */
export function startRetry(
  ctx: CoreContext,
  { workspace, jobs }: Session,
  input: { sourceId: number; code?: string | undefined; mapping: Mapping },
) {
  const { sourceId, code, mapping } = input
  return jobs.start({
    kind: 'retry',
    params: { sourceId, ...(code !== undefined && { code }), mapping },
    run: async ({ jobId, signal, onProgress }) => {
      const result = await ctx.compute.call(
        'compute.retryRows',
        { workspace: workspace.path, jobId, ...input },
        { signal, onProgress },
      )
      ctx.emit('data.changed', { what: ['facts'] })
      return { ...result }
    },
  })
}

export function problemHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof problemMethods> {
  return {
    'problems.overview': () => problemOverview(ctx.open().db),
    'problems.samples': async ({ sourceId, code, offset, limit }, { signal }) => {
      const { db, path } = ctx.open()
      const where = `source_id = ? AND code = ?`
      const rows = db
        .prepare(
          `SELECT row, column_name AS "column", message, raw FROM import_problem WHERE ${where}
           ORDER BY row LIMIT ? OFFSET ?`,
        )
        .all(sourceId, code, limit, offset) as (Omit<ProblemSample, 'cells' | 'text'> & {
        raw: string | null
      })[]
      const total = db
        .prepare(`SELECT count(*) FROM import_problem WHERE ${where}`)
        .pluck()
        .get(sourceId, code) as number
      // A row 0 is the file as a whole and has no cells.
      const refs = rows.filter(({ row }) => row > 0).map(({ row }) => ({ sourceId, row }))
      const kept = await ctx.ask.call('compute.keptRows', { workspace: path, refs }, { signal })
      const byRow = new Map(kept.rows.map((one) => [one.row, one]))
      return {
        columns: kept.sources[0]?.columns ?? [],
        total,
        hidden: false,
        rows: rows.map(({ raw, ...one }) => {
          const { cells = null, text = null } = byRow.get(one.row) ?? {}
          return { ...one, cells, text: text ?? (cells ? null : raw) }
        }),
      }
    },
    'problems.csv': (input, { signal }) =>
      ctx.ask.call('compute.problemCsv', { workspace: ctx.open().path, ...input }, { signal }),
    'problems.look': (input, { signal }) =>
      ctx.ask.call('compute.retryLook', { workspace: ctx.open().path, ...input }, { signal }),
    'problems.preview': (input, { signal }) =>
      ctx.ask.call('compute.retryPreview', { workspace: ctx.open().path, ...input }, { signal }),
    'problems.retry': (input) => startRetry(ctx, session(), input),
  }
}
