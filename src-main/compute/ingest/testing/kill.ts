/** Killing imports and retries, and proving what is left: for the kill tests (resume/, retry/killed.test.ts) and the bench. */
import type { Database } from 'better-sqlite3'
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RetryResult } from '../../../common/contract/problems.ts'
import type { Mapping } from '../../../common/mapping/mapping.ts'
import type { ImportResult } from '../import.ts'

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url))

/** What the child does: an import, or a retry. */
export type Work = { paths: string[] } | { sourceId: number; code?: string; mapping: Mapping }

export interface Ended<R = ImportResult> {
  killed: boolean
  /** Phases with their files in the order they began, each with the number of statements before it. */
  phases: { phase: string; detail: string; statements: number }[]
  /** Statements of the whole; 0 where it was killed. */
  statements: number
  result: R | null
}

/**
 * Opens, sweeps and imports in a process of its own that dies at a moment (kill-child.ts; '': never), or, given a number, before
 * that statement of the thread that stores rows.
 */
export function importInChild(
  workspace: string,
  moment: string | number,
  paths: readonly string[],
): Promise<Ended> {
  return inChild(workspace, moment, { paths: [...paths] })
}

/** The same, with rejected rows that are read again. */
export function retryInChild(
  workspace: string,
  moment: string,
  retry: Exclude<Work, { paths: string[] }>,
): Promise<Ended<RetryResult>> {
  return inChild(workspace, moment, retry)
}

function inChild<R>(workspace: string, moment: string | number, work: Work): Promise<Ended<R>> {
  const inThread = typeof moment === 'number'
  const child = fork(CHILD, [workspace, inThread ? '' : moment, JSON.stringify(work)], {
    execArgv: [],
    env: inThread ? { ...process.env, SHOAL_TEST_KILL_AT: String(moment) } : process.env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended: Ended<R> = { killed: false, phases: [], statements: 0, result: null }
  child.on('message', (message) => (ended.result = message as R))
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const [what, ...rest] = line.split(' ')
    if (what === 'done') ended.statements = Number(rest[0])
    else ended.phases.push({ phase: rest[0]!, detail: rest[1]!, statements: Number(rest[2]) })
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      ended.killed = signal === 'SIGKILL'
      if (ended.killed || code === 0) resolve(ended)
      else reject(new Error(`the child ended with ${code ?? signal}`))
    })
  })
}

/** Which row of which file every account and entity is credited to: what a content hash leaves out. */
export function creditHash(db: Database): string {
  const hash = createHash('sha256')
  for (const sql of [
    `SELECT a.key, s.sha256, s.part, a.row FROM account a JOIN source s ON s.id = a.source_id ORDER BY a.key`,
    `SELECT t.value, e.key, s.sha256, s.part, e.row FROM entity e JOIN term t ON t.id = e.type_id
     JOIN source s ON s.id = e.source_id ORDER BY t.value, e.key`,
  ])
    for (const row of db.prepare(sql).raw().iterate()) hash.update(`${JSON.stringify(row)}\n`)
  return hash.digest('hex')
}

/** Files of which everything is stored although nothing of their import is published. */
export function storedFiles(db: Database): string[] {
  return db
    .prepare(
      `SELECT path FROM source WHERE status = 'importing' GROUP BY path HAVING sum(stored_at IS NULL) = 0 ORDER BY path`,
    )
    .pluck()
    .all() as string[]
}

/**
 * Fills files with zeros; size and time of writing stay. Whoever reads one of them now gets other facts, or none. Returns what puts the
 * bytes back.
 */
export function blank(paths: readonly string[]): () => void {
  const put = paths.map((path) => {
    const { atime, mtime } = statSync(path)
    const bytes = readFileSync(path)
    const write = (content: Buffer) => {
      writeFileSync(path, content)
      utimesSync(path, atime, mtime)
    }
    write(Buffer.alloc(bytes.length))
    return () => write(bytes)
  })
  return () => put.forEach((back) => back())
}

/** A generator of numbers in 0..1 that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
