import cliProgress from 'cli-progress'
import type { Job } from '../../common/contract/jobs.ts'
import { toErrorShape, type ErrorShape } from '../../common/errors.ts'
import type { Progress } from '../../common/pace.ts'

/** Exit codes; docs/cli.md explains them. */
export const EXIT = { ok: 0, failed: 1, usage: 2, problemsFound: 3, cancelled: 130 } as const

/** Results go to standard output, everything else to standard error. */
export function printJson(value: unknown): void {
  process.stdout.write(JSON.stringify(value, null, 2) + '\n')
}
export function say(line: string): void {
  process.stderr.write(line + '\n')
}

/** Prints an error and returns the exit code it stands for. With --json the error is the document. */
export function reportError(error: unknown, json: boolean): number {
  const shape: ErrorShape = toErrorShape(error)
  if (json) printJson({ ok: false, error: { code: shape.code, message: shape.message } })
  say(`shoal: ${shape.message}`)
  if (shape.code === 'internal' && typeof shape.details?.['stack'] === 'string') say(shape.details['stack'])
  if (shape.code === 'cancelled') return EXIT.cancelled
  return shape.code === 'invalid_input' ? EXIT.usage : EXIT.failed
}

const PHASES: Record<string, string> = {
  import: 'Importing',
  clear: 'Clearing away what was not finished',
  indexes: 'Making the indexes that an interrupted import had put aside',
  graph: 'Building the graph',
  communities: 'Finding communities',
  layout: 'Laying out the map',
  scores: 'Scoring accounts',
  series: 'Searching login anomalies',
  report_classes: 'Classifying reports',
  trust: 'Measuring stability and surprise',
  lineage: 'Following communities from the earlier run',
  detect: 'Running the detector',
  similar: 'Comparing accounts',
  features: 'Making features',
  bench: 'Evaluating scorers',
  simulate: 'Simulating',
  pack: 'Writing the pack',
  verify: 'Verifying',
  check: 'Checking',
}
const UNITS: Record<Progress['unit'], string> = {
  rows: 'rows',
  bytes: 'B',
  accounts: 'accounts',
  edges: 'edges',
  reports: 'reports',
  steps: 'steps',
}

function phaseName(phase: string): string {
  const [step = '', part] = (phase === 'import.sweep' ? 'clear' : phase).split('.')
  return (PHASES[step] ?? step) + (part ? ` · ${part}` : '')
}

/** A bar on a terminal; elsewhere one line when a phase begins, so that logs stay short. */
export function createBar(): {
  update(progress: Progress, fraction: number | null, left: number | null): void
  stop(): void
} {
  let phase = ''
  if (!process.stderr.isTTY) {
    return {
      update(progress) {
        const name = phaseName(progress.phase)
        if (name !== phase) say(`… ${name}`)
        phase = name
      },
      stop() {},
    }
  }
  const bar = new cliProgress.SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage}%  {phase}  {count}  {left}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  })
  bar.start(1000, 0, { phase: '', count: '', left: '' })
  return {
    update(progress, fraction, left) {
      const done = progress.done.toLocaleString('en-US')
      const total = progress.total === null ? '' : ` of ${progress.total.toLocaleString('en-US')}`
      bar.update(Math.round((fraction ?? (progress.total ? progress.done / progress.total : 0)) * 1000), {
        phase: phaseName(progress.phase),
        count: `${done}${total} ${UNITS[progress.unit]}`,
        left: left === null ? '' : `${formatSeconds(left)} left`,
      })
    },
    stop: () => bar.stop(),
  }
}

export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** Shows a job's progress until it ends. */
export function followJob(bar: ReturnType<typeof createBar>, job: Job): void {
  if (job.progress) bar.update(job.progress, job.fraction, job.secondsLeft)
}
