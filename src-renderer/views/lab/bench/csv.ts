import type { BenchResult, BenchRow } from '../../../../src-main/common/contract/lab.ts'
import { csvRow } from '../../../../src-main/common/csv.ts'

const HEADER = [
  'scorer',
  'graph_run',
  'control',
  'split',
  'auroc',
  'auroc_sd',
  'auroc_low',
  'auroc_high',
  'auprc',
  'auprc_sd',
  'auprc_low',
  'auprc_high',
  'precision_at_k',
  'recall_at_k',
  'k',
  'trained',
  'tested',
  'positives',
  'base_rate',
  'seconds',
  'protocol',
  'simulated',
  'error',
]

/** A bench as CSV: per row one line 'all' with intervals, and one per split. */
export function benchCsv(result: BenchResult): string {
  const lines: (string | number | null)[][] = []
  const end = [result.protocolText, result.simulated ? 'simulated' : '']
  const begin = (row: BenchRow) => [row.scorer, row.graphRunId, row.control ?? '']
  for (const row of result.rows) {
    const { auroc, auprc } = row
    lines.push([
      ...begin(row),
      'all',
      ...(row.error === null
        ? [
            auroc.mean,
            auroc.sd,
            auroc.low,
            auroc.high,
            auprc.mean,
            auprc.sd,
            auprc.low,
            auprc.high,
            row.precisionAtK.mean,
            row.recallAtK.mean,
          ]
        : Array<null>(10).fill(null)),
      result.capacity,
      null,
      result.tested,
      null,
      result.baseRate,
      row.seconds,
      ...end,
      row.error ?? '',
    ])
    for (const split of row.perSplit)
      lines.push([
        ...begin(row),
        split.split,
        split.auroc,
        null,
        null,
        null,
        split.auprc,
        null,
        null,
        null,
        split.precisionAtK,
        split.recallAtK,
        result.capacity,
        split.trained,
        split.tested,
        split.positives,
        split.tested > 0 ? split.positives / split.tested : null,
        split.seconds,
        ...end,
        '',
      ])
  }
  return [HEADER, ...lines].map((line) => csvRow(line, '\r\n')).join('')
}
