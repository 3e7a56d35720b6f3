import type { ComputeContext } from '../context.ts'
import { beginRun, factsHash, finishRun } from '../store/runs.ts'
import { classifyTexts, openReportClassifier } from './classifier.ts'
import { explainText } from './explain.ts'
import type { TextExplanation } from './explain.ts'
import { HASHING, HASHING_VERSION } from './hashing.ts'

/** Reports read and classified at a time; well under ROWS_PER_TRANSACTION. */
const PAGE = 2_000
/** A page ends early at this many characters, so that a few huge texts do not fill the memory. */
const CHARACTERS = 8_000_000

interface ReportRow {
  id: number
  text: string
}

/**
 * Gives every report of a ready source a class (normal, spam, scam, abuse) with the model of
 * `models/report-classifier`. Writes `report_class` rows under a run of kind 'report_classes'.
 * Throws `model_invalid` where the model folder is missing or does not compute what training computed.
 */
export async function runReportClassesStep(
  ctx: ComputeContext,
): Promise<{ runId: number; reports: number; provider: string }> {
  const classifier = await openReportClassifier(ctx.modelsDir)
  const { model, classes } = classifier
  try {
    const runId = beginRun(ctx, {
      kind: 'report_classes',
      algorithm: 'hashed-ngram-linear',
      algorithmVersion: '1',
      params: { hashing: { version: HASHING_VERSION, ...HASHING }, classes },
      inputs: { facts: factsHash(ctx, ['reports']), model: model.sha256 },
      modelName: model.manifest.name,
      modelSha256: model.sha256,
    })
    const total = ctx.db
      .prepare('SELECT count(*) FROM report WHERE source_id IN (SELECT id FROM ready_source)')
      .pluck()
      .get() as number
    const page = ctx.db.prepare(
      `SELECT id, text FROM report WHERE id > ? AND source_id IN (SELECT id FROM ready_source)
       ORDER BY id LIMIT ${PAGE}`,
    )
    const insert = ctx.db.prepare(
      'INSERT INTO report_class (run_id, report_id, class, confidence, probabilities) VALUES (?, ?, ?, ?, ?)',
    )
    const counts: Record<string, number> = Object.fromEntries(classes.map((name) => [name, 0]))
    let reports = 0
    for (let last = 0; ;) {
      const rows = withinCharacters(page.iterate(last) as Iterable<ReportRow>)
      if (rows.length === 0) break
      const results = await classifyTexts(
        classifier,
        rows.map((r) => r.text),
        ctx,
      )
      ctx.db.transaction(() => {
        for (const [i, result] of results.entries()) {
          insert.run(runId, rows[i].id, result.class, result.confidence, JSON.stringify(result.probabilities))
          counts[result.class]++
        }
      })()
      last = rows[rows.length - 1].id
      reports += rows.length
      ctx.progress({ phase: 'report_classes', done: reports, total, unit: 'reports' })
      await ctx.checkpoint()
    }
    finishRun(ctx, runId, { stats: { reports, classes: counts }, provider: model.provider })
    return { runId, reports, provider: model.provider }
  } finally {
    await model.release()
  }
}

function withinCharacters(rows: Iterable<ReportRow>): ReportRow[] {
  const taken: ReportRow[] = []
  let characters = 0
  for (const row of rows) {
    taken.push(row)
    characters += row.text.length
    if (characters >= CHARACTERS) break
  }
  return taken
}

/** Opens the classifier for one text and says what in it pushed the class; for a reader's click, not for bulk. */
export async function explainReportText(ctx: ComputeContext, text: string): Promise<TextExplanation> {
  const classifier = await openReportClassifier(ctx.modelsDir)
  try {
    return await explainText(classifier, text)
  } finally {
    await classifier.model.release()
  }
}
