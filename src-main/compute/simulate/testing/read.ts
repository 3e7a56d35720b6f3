import { parse } from 'csv-parse/sync'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXPORT_FILES, TRUTH_FILES } from '../output.ts'

/** For tests: reads a simulated export back with a CSV parser that is not ours. */
export type Row = Record<string, string>

export function readTable(folder: string, name: string): Row[] {
  return parse(readFileSync(join(folder, name)), { columns: true, relax_column_count: false })
}

/** SHA-256 by file, truth included. */
export function hashes(out: string): Record<string, string> {
  const files = [
    ...EXPORT_FILES.map((name) => join(out, name)),
    ...TRUTH_FILES.map((name) => join(`${out}-truth`, name)),
  ]
  return Object.fromEntries(
    files.map((file) => [
      file.slice(out.length),
      createHash('sha256').update(readFileSync(file)).digest('hex'),
    ]),
  )
}

/** Area under the ROC curve by ranks (Mann–Whitney), ties at their mean rank, folded to 0.5..1. */
export function auroc(values: readonly number[], positive: readonly boolean[]): number {
  const order = values.map((_, k) => k).sort((x, y) => values[x] - values[y])
  let rankSum = 0
  let positives = 0
  for (let k = 0; k < order.length;) {
    let next = k
    while (next < order.length && values[order[next]] === values[order[k]]) next++
    const rank = (k + 1 + next) / 2
    for (let m = k; m < next; m++) {
      if (!positive[order[m]]) continue
      rankSum += rank
      positives++
    }
    k = next
  }
  const area = (rankSum - (positives * (positives + 1)) / 2) / (positives * (values.length - positives))
  return Math.max(area, 1 - area)
}
