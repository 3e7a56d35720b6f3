/**
 * The thread that stores rows (bulk/write-worker.ts), which takes its process with it: SIGKILL just before the
 * SHOAL_TEST_KILL_AT-th statement that it writes with.
 */
import Sqlite from 'better-sqlite3'

const last = Number(process.env['SHOAL_TEST_KILL_AT'])
let statements = 0
const tick = () => {
  if (++statements === last) process.kill(process.pid, 'SIGKILL')
}
const probe = new Sqlite(':memory:')
const statement = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Sqlite.Statement
probe.close()
const { run } = statement
statement.run = function (this: Sqlite.Statement, ...args: unknown[]) {
  tick()
  return run.apply(this, args)
}
const { exec } = Sqlite.prototype
Sqlite.prototype.exec = function (this: Sqlite.Database, sql: string) {
  tick()
  return exec.call(this, sql)
}

await import('../bulk/write-worker.ts')
