import { createHash } from 'node:crypto'
import { supersededVersion } from '../../common/facts/superseded.ts'
import type { ComputeContext } from '../context.ts'

export type RunKind =
  | 'graph'
  | 'communities'
  | 'layout'
  | 'scores'
  | 'series'
  | 'report_classes'
  | 'trust'
  | 'lineage'
  | 'training'
  | 'evaluation'
  | 'validation'
  | 'ranking'

export interface RunStart {
  kind: RunKind
  algorithm: string
  algorithmVersion: string
  /** Complete parameters, defaults filled in. */
  params: Record<string, unknown>
  seed?: number
  /** Name -> SHA-256 of what the run reads. */
  inputs: Record<string, string>
  parentRunId?: number
  modelName?: string
  modelSha256?: string
}

/** Records the start of a run; its results are invisible until `finishRun`. Returns the run's id. */
export function beginRun(ctx: ComputeContext, start: RunStart): number {
  const info = ctx.db
    .prepare(
      `INSERT INTO run (job_id, kind, algorithm, algorithm_version, params, seed, inputs, parent_run_id,
                        model_name, model_sha256, status, started_at, app_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?)`,
    )
    .run(
      ctx.jobId,
      start.kind,
      start.algorithm,
      start.algorithmVersion,
      JSON.stringify(start.params),
      start.seed ?? null,
      JSON.stringify(start.inputs),
      start.parentRunId ?? null,
      start.modelName ?? null,
      start.modelSha256 ?? null,
      ctx.now(),
      ctx.appVersion,
    )
  return Number(info.lastInsertRowid)
}

export function finishRun(
  ctx: ComputeContext,
  runId: number,
  done: { stats: Record<string, unknown>; derived?: string; provider?: string },
): void {
  ctx.db
    .prepare(
      `UPDATE run SET status = 'done', finished_at = ?, stats = ?, derived = ?, provider = ? WHERE id = ?`,
    )
    .run(ctx.now(), JSON.stringify(done.stats), done.derived ?? null, done.provider ?? null, runId)
}

/** Marks a run that ended early; its rows stay invisible and its step removes them. */
export function abandonRun(ctx: ComputeContext, runId: number, status: 'failed' | 'cancelled'): void {
  ctx.db.prepare('UPDATE run SET status = ?, finished_at = ? WHERE id = ?').run(status, ctx.now(), runId)
}

/**
 * Hash of every ready fact source that `tables` names: what a run's `inputs` cites for facts.
 * The same files imported in any order give the same hash, unless one of them states facts of another anew: then what
 * counts depends on which came later.
 */
export function factsHash(ctx: Pick<ComputeContext, 'db'>, tables: readonly string[]): string {
  const rows = ctx.db.prepare('SELECT table_name, sha256, part, rows FROM ready_fact').all() as {
    table_name: string
    sha256: string | null
    part: string
    rows: number
  }[]
  const lines = rows
    .filter((r) => tables.includes(r.table_name))
    .map((r) => [r.table_name, r.sha256, r.rows, ...(r.part === '' ? [] : [r.part])].join(' '))
    .sort()
  if (supersededVersion(ctx.db) > 0) {
    const order = ctx.db
      .prepare(
        `SELECT table_name, sha256, part FROM source WHERE status = 'ready' ORDER BY coalesce(retry_of, id), id`,
      )
      .raw()
      .all() as (string | null)[][]
    lines.push(...order.map((source, i) => `${i} ${source.join(' ')}`))
  }
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
