import type { ComputeContext } from '../../context.ts'
import { probeProviders, usableProviders } from '../../onnx/providers.ts'
import type { Provider } from '../../onnx/provider-names.ts'

const HISTOGRAM_BINS = 20
/** A note of an analyst waits for no more rows than this (about 30 ms). */
const ROWS_PER_WRITE = 10_000

/** Something the reader of the scores must know; the UI translates `code`. */
export interface ScoreWarning {
  code:
    | 'trained_on_simulation'
    | 'features_missing'
    | 'most_features_missing'
    | 'no_edges'
    | 'provider_given_up'
    | 'few_labels'
    | 'embedding_not_aligned'
  params: Record<string, string | number>
}

/** What every scores run tells in its stats, whichever model made it. */
export interface ScoresStats {
  scored: number
  threshold: number
  /** Accounts with score ≥ threshold. */
  above: number
  /** Features that no account has. */
  missingFeatures: string[]
  trainedOn: string
  /** Accounts per score bin of width 1/20, the last one closed. */
  histogram: number[]
  warnings: ScoreWarning[]
  goldenError: number
}

/** Counts of scores, 0..1, for a run's stats. */
export function summarise(
  scores: Float32Array,
  threshold: number,
): Pick<ScoresStats, 'scored' | 'threshold' | 'above' | 'histogram'> {
  const histogram = Array.from({ length: HISTOGRAM_BINS }, () => 0)
  let above = 0
  for (const score of scores) {
    histogram[Math.min(HISTOGRAM_BINS - 1, Math.floor(score * HISTOGRAM_BINS))]++
    if (score >= threshold) above++
  }
  return { scored: scores.length, threshold, above, histogram }
}

/** Writes one row of `score` per account; `tell` hears the share written. */
export async function writeScores(
  ctx: ComputeContext,
  runId: number,
  accountIds: Uint32Array,
  scores: Float32Array,
  tell: (fraction: number) => void,
): Promise<void> {
  const insert = ctx.db.prepare('INSERT INTO score (run_id, account_id, score) VALUES (?, ?, ?)')
  const writeRows = ctx.db.transaction((from: number, to: number) => {
    for (let u = from; u < to; u++) insert.run(runId, accountIds[u], scores[u])
  })
  for (let from = 0; from < scores.length; from += ROWS_PER_WRITE) {
    const to = Math.min(scores.length, from + ROWS_PER_WRITE)
    writeRows.immediate(from, to)
    tell(to / scores.length)
    await ctx.checkpoint()
  }
}

/** Removes what an unfinished run wrote; nothing ever shows it, so this only frees the space. */
export function sweepScores(ctx: ComputeContext, runId: number): void {
  const remove = ctx.db.prepare(
    `DELETE FROM score WHERE run_id = @runId AND account_id IN
       (SELECT account_id FROM score WHERE run_id = @runId LIMIT @rows)`,
  )
  while (remove.run({ runId, rows: ROWS_PER_WRITE }).changes > 0);
}

/** Providers to use: what the probe found, once per machine. Without a place to keep that, or without any, cpu. */
export async function knownProviders(ctx: ComputeContext): Promise<Provider[]> {
  if (!ctx.providersFile) return ['cpu']
  const found = usableProviders(await probeProviders({ cacheFile: ctx.providersFile, signal: ctx.signal }))
  return found.length > 0 ? found : ['cpu']
}
