import type { Database } from 'better-sqlite3'
import { labMethods, type BenchResult, type ValidationReport } from '../../common/contract/lab.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { endingRuns } from '../jobs/ending-runs.ts'
import { newestRuns } from '../workspace/queries.ts'
import type { Session } from '../workspace/service.ts'
import { newestTrained } from './models.ts'
import { graphFor } from './service.ts'

export type BenchRequest = ParsedInputOf<(typeof labMethods)['bench.start']>
export type ValidateRequest = ParsedInputOf<(typeof labMethods)['lab.validate']>

export function startBench(ctx: CoreContext, session: Session, request: BenchRequest) {
  const { workspace, jobs } = session
  const { graphRunIds: named, ...rest } = request
  const graphRunIds = named.length > 0 ? named : [graphFor(session, undefined)]
  // A file's splits are as long as the export: the journal and the job list keep its name only.
  const { protocol } = rest
  const told = protocol.kind === 'splits' ? { kind: 'splits', file: protocol.file } : protocol
  return jobs.start({
    kind: 'bench',
    params: { ...rest, protocol: told, graphRunIds },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const result = await ctx.compute.call(
          'compute.bench',
          { workspace: workspace.path, jobId, graphRunIds, ...rest },
          { signal, onProgress },
        )
        return { runId: result.runId, rows: result.rows.length, seconds: result.seconds }
      }),
  })
}

export function startValidation(ctx: CoreContext, session: Session, request: ValidateRequest) {
  const { workspace, jobs } = session
  const graphRunId = graphFor(session, undefined)
  return jobs.start({
    kind: 'validate',
    params: { ...request, graphRunId },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const { db, path } = workspace
        const report = await ctx.compute.call(
          'compute.validate',
          {
            workspace: path,
            jobId,
            graphRunId,
            communitiesRunId: newestRuns(db).communities ?? null,
            ...request,
            folder: newestTrained(db, path, request.scorer),
          },
          { signal, onProgress },
        )
        return { runId: report.runId, verdict: report.verdict.level, seconds: report.seconds }
      }),
  })
}

function statsOf<T>(db: Database, kind: string, runId: number): T {
  const text = db
    .prepare(`SELECT stats FROM run WHERE id = ? AND kind = ? AND status = 'done'`)
    .pluck()
    .get(runId, kind) as string | undefined
  if (text === undefined)
    throw new ShoalError('run_missing', `There is no finished ${kind} run ${runId}.`, { runId })
  return JSON.parse(text) as T
}

/** The newest validation of a graph, or null. */
export function newestValidation(db: Database, graphRunId: number | undefined): ValidationReport | null {
  const id = db
    .prepare(`SELECT max(id) FROM run WHERE kind = 'validation' AND status = 'done' AND parent_run_id = ?`)
    .pluck()
    .get(graphRunId ?? -1) as number | null
  return id === null ? null : { ...statsOf<ValidationReport>(db, 'validation', id), runId: id }
}

export function labHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof labMethods> {
  const db = () => ctx.open().db
  return {
    'bench.start': (request) => startBench(ctx, session(), request),
    'bench.list': () => {
      const rows = db()
        .prepare(
          `SELECT id AS runId, finished_at AS at, json_extract(stats, '$.protocolText') AS protocolText,
                  json_array_length(stats, '$.rows') AS rows, json_array_length(stats, '$.graphs') AS graphs
           FROM run WHERE kind = 'evaluation' AND status = 'done' ORDER BY id DESC LIMIT 100`,
        )
        .all()
      return rows as { runId: number; at: number; protocolText: string; rows: number; graphs: number }[]
    },
    'bench.get': ({ runId }) => ({ ...statsOf<BenchResult>(db(), 'evaluation', runId), runId }),
    'lab.validate': (request) => startValidation(ctx, session(), request),
    'lab.report': ({ runId }) =>
      runId === undefined
        ? newestValidation(db(), newestRuns(db()).graph)
        : { ...statsOf<ValidationReport>(db(), 'validation', runId), runId },
    'accounts.counterfactuals': async ({ id }, { signal }) => {
      const { path } = ctx.open()
      const scoresRunId = newestRuns(db()).scores
      if (scoresRunId === undefined) return null
      return ctx.ask.call(
        'compute.counterfactuals',
        { workspace: path, scoresRunId, accountId: id },
        { signal },
      )
    },
    'accounts.whatIf': ({ id, without }, { signal }) => {
      const { path } = ctx.open()
      const scoresRunId = newestRuns(db()).scores
      if (scoresRunId === undefined)
        throw new ShoalError('run_missing', 'There are no scores yet. Analyze the workspace first.')
      return ctx.ask.call(
        'compute.whatIf',
        { workspace: path, scoresRunId, accountId: id, without },
        { signal },
      )
    },
  }
}
