import type { computeLearningMethods } from '../../common/contract/compute-learning.ts'
import type { Job } from '../../common/contract/jobs.ts'
import type { BenchResult } from '../../common/contract/lab.ts'
import type { InputOf } from '../../common/contract/method.ts'
import { fromErrorShape } from '../../common/errors.ts'
import type { Mapping } from '../../common/mapping/mapping.ts'
import type { Core } from '../../core/app.ts'
import { startDetection, type DetectionRequest } from '../../core/detectors/service.ts'
import { isWorkspace } from '../../core/db/open.ts'
import { endingRuns } from '../../core/jobs/ending-runs.ts'
import { discardImport, resumeImport } from '../../core/imports/resume.ts'
import { startAnalysis, startImport, type AnalysisOptions } from '../../core/imports/service.ts'
import { createNodeCore } from '../node/create.ts'
import { followOpening } from './opening.ts'
import { createBar, followJob } from './output.ts'

/** High-water mark of this process's own resident memory, bytes. */
const ownPeak = () => process.resourceUsage().maxRSS * 1024

/** Cores that were told to stop, also before there was a job to stop. */
const interrupted = new WeakSet<Core>()

/** Runs work on a core of its own. Ctrl+C cancels the running job, waits for it, and leaves nothing half done. */
export async function withCore<T>(work: (core: Core) => Promise<T>): Promise<T> {
  const core = createNodeCore()
  const interrupt = () => {
    interrupted.add(core)
    core.cancelOpening()
    for (const job of core.session()?.jobs.list() ?? []) {
      if (job.status === 'running' || job.status === 'queued') core.session()!.jobs.cancel(job.id)
    }
  }
  followOpening(core)
  core.on('core.problem', ({ message }) => process.stderr.write(`! ${message}\n`))
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    return await work(core)
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    await core.close()
  }
}

/** `NAME` and `NAME.shoal` both name the workspace. */
export function workspacePath(given: string): string {
  if (isWorkspace(given) || given.endsWith('.shoal')) return given
  return `${given}.shoal`
}

/** Waits for a job under a progress bar; throws its error when it failed or was cancelled. */
export async function finishJob(core: Core, job: Job): Promise<Record<string, unknown>> {
  const bar = createBar()
  core.on('jobs.changed', (changed) => {
    if (changed.id === job.id) followJob(bar, changed)
  })
  if (interrupted.has(core)) core.session()!.jobs.cancel(job.id)
  const ended = await core.session()!.jobs.ended(job.id)
  bar.stop()
  if (ended.status !== 'done' || !ended.result) {
    throw fromErrorShape(
      ended.error ?? { code: 'internal', message: `The ${ended.kind} job ended as ${ended.status}.` },
    )
  }
  return ended.result
}

/** Peak memory of both processes together: what the machine had to have. */
function withOwnPeak(result: Record<string, unknown>): Record<string, unknown> {
  return { ...result, peakRssBytes: (result['peakRssBytes'] as number) + ownPeak() }
}

export async function importInto(
  core: Core,
  paths: string[],
  mapping?: Mapping,
): Promise<Record<string, unknown>> {
  const options = { paths, analyze: false, mapping }
  return withOwnPeak(await finishJob(core, startImport(core.context, core.session()!, options)))
}

/** Goes on with the import that was interrupted; the command line never chains an analysis. */
export async function resumeIn(core: Core): Promise<Record<string, unknown>> {
  return withOwnPeak(await finishJob(core, resumeImport(core.context, core.session()!, false)))
}

export async function discardIn(core: Core): Promise<Record<string, unknown>> {
  return finishJob(core, discardImport(core.context, core.session()!))
}

export async function analyzeOpen(core: Core, options: AnalysisOptions): Promise<Record<string, unknown>> {
  return withOwnPeak(await finishJob(core, startAnalysis(core.context, core.session()!, options)))
}

export async function detectIn(core: Core, request: DetectionRequest): Promise<Record<string, unknown>> {
  return withOwnPeak(await finishJob(core, startDetection(core.context, core.session()!, request)))
}

export type BenchCall = Omit<InputOf<(typeof computeLearningMethods)['compute.bench']>, 'workspace' | 'jobId'>

/** A bench with everything that compute can be asked, recipes and parameters too. */
export async function benchIn(core: Core, call: BenchCall): Promise<BenchResult> {
  const session = core.session()!
  const { splits: _, ...protocol } = { splits: null, ...call.protocol }
  let found: BenchResult | null = null
  const job = session.jobs.start({
    kind: 'bench',
    params: { ...call, protocol },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(core.context, session, jobId, async () => {
        const { path } = session.workspace
        found = await core.context.compute.call(
          'compute.bench',
          { workspace: path, jobId, ...call },
          { signal, onProgress },
        )
        return { runId: found.runId, rows: found.rows.length, seconds: found.seconds }
      }),
  })
  await finishJob(core, job)
  return found!
}
