import type { BenchResult, BenchRow } from '../../../../src-main/common/contract/lab.ts'

/** A scorer on a graph, with its controls under it. */
export interface RowGroup {
  key: string
  row: BenchRow
  controls: BenchRow[]
}
export type SortBy = 'auprc' | 'auroc' | 'precisionAtK' | 'recallAtK' | 'seconds'

const keyOf = (row: BenchRow) => `${row.scorer}:${row.graphRunId}`

/**
 * Rows as they are read: the best first (the quickest, for time), failed ones last, controls under their scorer
 * whatever they reached. A control without its scorer stands alone.
 */
export function groupRows(rows: readonly BenchRow[], by: SortBy = 'auprc'): RowGroup[] {
  const groups = new Map<string, RowGroup>()
  for (const row of rows)
    if (row.control === null) groups.set(keyOf(row), { key: keyOf(row), row, controls: [] })
  for (const row of rows) {
    if (row.control === null) continue
    const group = groups.get(keyOf(row))
    if (group) group.controls.push(row)
    else
      groups.set(`${keyOf(row)}:${row.control}`, { key: `${keyOf(row)}:${row.control}`, row, controls: [] })
  }
  const worth = ({ row }: RowGroup) => (by === 'seconds' ? -row.seconds : row[by].mean)
  const failed = ({ row }: RowGroup) =>
    Number(row.error !== null || !Number.isFinite(worth({ row } as RowGroup)))
  return [...groups.values()].sort(
    (a, b) => failed(a) - failed(b) || worth(b) - worth(a) || a.key.localeCompare(b.key),
  )
}

/** What the best scorer's controls say: how much of its result the graph makes; null without a control. */
export function graphGain(group: RowGroup, control: NonNullable<BenchRow['control']>): number | null {
  const found = group.controls.find((row) => row.control === control && row.error === null)
  return found ? group.row.auprc.mean - found.auprc.mean : null
}

/** Whether the intervals of two rows do not meet: the difference is hardly chance. */
export function apart(a: BenchRow['auprc'], b: BenchRow['auprc']): boolean {
  return a.low > b.high || b.low > a.high
}

/** What labels of neighbours tell, by the figures of the training labels: what a team could know beforehand. */
export function expectation(
  graph: BenchResult['graphs'][number],
): 'strong' | 'some' | 'little' | 'against' | 'unknown' {
  const { badGivenBad: bad, homophily } = graph.training
  if (!bad || !homophily || bad.base <= 0) return 'unknown'
  if (bad.high < bad.base) return 'against'
  if (bad.low <= bad.base) return 'little'
  const lift = bad.rate / bad.base
  return lift >= 2 && homophily.adjusted >= 0.3 ? 'strong' : lift >= 1.15 ? 'some' : 'little'
}
