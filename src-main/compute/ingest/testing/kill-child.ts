/**
 * Run by a test as a process of its own, so that it can die: opens the workspace argv[2] as the app does (what an earlier
 * import left is swept), does argv[4] to it (JSON, see `Work`), and kills itself (SIGKILL, nothing is cleaned up) at the moment argv[3]:
 * `PHASE+N` is just before the Nth statement that writes since the first progress in the phase, `/TEXT` just before the
 * first statement that holds the text, `/TEXT@K` before the Kth, 'end' when all is done, '' never. Statements are counted rather than milliseconds, so that a moment is the
 * same on every machine; it lies in a transaction as often as between two.
 *
 * Where SHOAL_TEST_KILL_AT is set, rows are stored in a thread however few they are, and that one kills (kill-worker.ts).
 *
 * Says on standard output, at once and in one line each: 'phase NAME DETAIL STATEMENTS' when a phase begins, 'done STATEMENTS'.
 */
import Sqlite from 'better-sqlite3'
import { writeSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openStore } from '../../store/open.ts'
import { importExport, sweepInterrupted } from '../import.ts'
import { retryRows } from '../retry/retry.ts'
import type { Work } from './kill.ts'
import { asJob, contextFor } from './workspace.ts'

const [workspace, moment, given] = process.argv.slice(2)
const work = JSON.parse(given!) as Work
const db = openStore(workspace!)
let statements = 0
let phase = ''
const [, wanted, after] = /^(import\.\w+)\+(\d+)$/.exec(moment!) ?? []
const [, text, nth = '1'] = /^\/(.+?)(?:@(\d+))?$/.exec(moment!) ?? []
let held = 0
/** The statement before which it is over; known when its phase has begun. */
let last = Number.POSITIVE_INFINITY
const tick = (sql: string) => {
  if (++statements === last || (text !== undefined && sql.includes(text) && ++held === Number(nth)))
    process.kill(process.pid, 'SIGKILL')
}
const statement = Object.getPrototypeOf(db.prepare('SELECT 1')) as Sqlite.Statement
const { run } = statement
statement.run = function (this: Sqlite.Statement, ...args: unknown[]) {
  tick(this.source)
  return run.apply(this, args)
}
const { exec } = Sqlite.prototype
Sqlite.prototype.exec = function (this: Sqlite.Database, sql: string) {
  tick(sql)
  return exec.call(this, sql)
}

const say = (line: string) => writeSync(1, `${line} ${statements}\n`)
const ctx = contextFor(workspace!, db, undefined, (progress) => {
  const now = `${progress.phase} ${progress.detail?.split('/').at(-1)?.replaceAll(' ', '_') ?? '-'}`
  if (progress.phase === wanted && last === Number.POSITIVE_INFINITY) last = statements + Number(after)
  if (now !== phase) say(`phase ${now}`)
  phase = now
})
await sweepInterrupted(ctx)
const inThread = process.env['SHOAL_TEST_KILL_AT'] !== undefined
const job = asJob(
  inThread ? { ...ctx, writeWorker: fileURLToPath(new URL('kill-worker.ts', import.meta.url)) } : ctx,
)
const result = await ('paths' in work
  ? importExport(job, work, inThread ? { threadFrom: 0 } : {})
  : retryRows(job, work))
if (moment === 'end') process.kill(process.pid, 'SIGKILL')
say('done')
db.close()
process.send?.(result)
process.disconnect?.()
