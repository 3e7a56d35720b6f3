import type { DetectResult } from '../../../src-main/common/contract/detectors.ts'
import type { Job, RunRow } from '../../../src-main/common/contract/jobs.ts'
import type { Design } from './designs.tsx'

/** What is known of one detector's result on a graph; null where it was not measured. */
export interface Detection {
  design: Design
  members: number | null
  modularity: number | null
  overlapping: boolean
  stability: number | null
  allConnected: boolean | null
  seconds: number | null
}

const numberIn = (stats: Record<string, unknown>, key: string): number | null =>
  typeof stats[key] === 'number' ? stats[key] : null

/**
 * The results on one graph, newest first: from the job that made them where it is still known, else from what the
 * run recorded. A trust run on a result tells its stability too.
 */
export function detectionsOn(
  graphRunId: number,
  designs: readonly Design[],
  jobs: readonly Job[],
  runs: readonly RunRow[],
): Detection[] {
  const results = new Map<number, Partial<DetectResult>>()
  for (const job of jobs) {
    const result = job.result as Partial<DetectResult> | null
    if (job.kind === 'detect' && typeof result?.runId === 'number') results.set(result.runId, result)
  }
  return designs
    .filter((design) => design.graphRunId === graphRunId)
    .map((design) => {
      const id = design.communitiesRunId
      const result = results.get(id)
      const run = runs.find((one) => one.id === id)
      const stats = run?.stats ?? {}
      const trust = runs.filter(
        (one) => one.kind === 'trust' && one.parentRunId === id && one.status === 'done',
      )
      const trusted = trust.map(
        (one) => numberIn(one.stats, 'stability') ?? numberIn(one.stats, 'meanStability'),
      )
      const modularity = result?.modularity ?? numberIn(stats, 'modularity')
      return {
        design,
        members: result?.members ?? numberIn(stats, 'members'),
        modularity,
        overlapping: modularity === null && (result !== undefined || stats['overlapping'] === true),
        stability:
          result?.stability ??
          numberIn(stats, 'stability') ??
          trusted.find((value) => value !== null) ??
          null,
        allConnected:
          result?.allConnected ?? (typeof stats['allConnected'] === 'boolean' ? stats['allConnected'] : null),
        seconds: result?.seconds ?? numberIn(stats, 'seconds'),
      }
    })
}
