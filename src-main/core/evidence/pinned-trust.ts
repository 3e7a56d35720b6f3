import type { Scope } from './scope.ts'

/** What trust runs say of the pinned communities; the report prints it, tables/ has every number. */
export interface PinnedTrust {
  /** The trust runs, ascending: '#14', '#14, #20'. Empty where stability was measured for none. */
  runs: string
  /** 'C-4 B (0.84)', in the order of the pins; at most SHOWN. */
  grades: string
  /** Communities with at least one statistic, and those that stand out (q < .05). */
  tested: number
  surprising: number
}

const SHOWN = 12

export function pinnedTrust(scope: Scope): PinnedTrust {
  const stability = scope.db.prepare(
    'SELECT stability, grade FROM community_stability WHERE run_id = ? AND community_id = ?',
  )
  const surprise = scope.db
    .prepare(`SELECT q FROM community_test WHERE run_id = ? AND community_id = ? AND statistic = 'surprise'`)
    .pluck()
  const grades: string[] = []
  const runs = new Set<number>()
  let tested = 0
  let surprising = 0
  for (const pin of scope.communities) {
    const run = scope.trustRuns.get(pin.runId)
    if (run === undefined) continue
    const found = stability.get(run, pin.id) as { stability: number; grade: string } | undefined
    if (found === undefined) continue
    runs.add(run)
    grades.push(`${pin.label} ${found.grade} (${found.stability.toFixed(2)})`)
    const q = surprise.get(run, pin.id) as number | undefined
    if (q === undefined) continue
    tested++
    if (q < 0.05) surprising++
  }
  const more = grades.length > SHOWN ? ' …' : ''
  return {
    runs: [...runs]
      .sort((a, b) => a - b)
      .map((id) => `#${id}`)
      .join(', '),
    grades: grades.slice(0, SHOWN).join(', ') + more,
    tested,
    surprising,
  }
}
