import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { WorkspaceInfo } from '../../common/contract/workspace.ts'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import { createWorkspaceFolder, DERIVED_DIR, isWorkspace, openDatabase, workspaceName } from '../db/open.ts'
import type { ComputePort, OpenWorkspace } from '../context.ts'
import { createJobService, type JobService } from '../jobs/service.ts'
import type { Job } from '../../common/contract/jobs.ts'
import { appendJournal, verifyJournal } from '../journal/journal.ts'
import { sweepModels } from '../learning/models.ts'
import { compactSteps } from '../session/steps.ts'
import { pseudonymSalt } from '../privacy/service.ts'
import { lockWorkspace } from './lock.ts'
import type { Tidying } from './opening.ts'
import * as q from './queries.ts'
import { tidyUp } from './tidy.ts'

export interface Session {
  readonly workspace: OpenWorkspace
  readonly jobs: JobService
  info(): WorkspaceInfo
  /** Work that nobody waits for and whose failure nobody needs to hear of; closing stops it and waits for its end. */
  background(work: (signal: AbortSignal) => Promise<unknown>): void
  /** Whether it is on its way out: no new work. */
  closing(): boolean
  close(): Promise<void>
}
export interface SessionOptions {
  actor: string
  appVersion: string
  compute: ComputePort
  now(): number
  jobChanged(job: Job): void
  /** Told of what went wrong without stopping anything. */
  problem(error: unknown): void
  log(level: 'info' | 'warn' | 'error', message: string): void
  /** Whoever waits for the opening. */
  tidying?: Tidying
}

/** Makes a workspace and opens it. `path` gets the ending .shoal where it lacks it. */
export async function createWorkspace(path: string, options: SessionOptions): Promise<Session> {
  const folder = createWorkspaceFolder(path)
  try {
    const session = await openWorkspace(folder, options, true)
    const { db } = session.workspace
    db.transaction(() => {
      q.setMeta(db, 'created_at', String(options.now()))
      appendJournal(db, {
        actor: options.actor,
        action: 'workspace.create',
        payload: { name: session.workspace.name, version: options.appVersion },
        now: options.now(),
      })
    })()
    return session
  } catch (error) {
    rmSync(folder, { recursive: true, force: true }) // never leave half a workspace
    throw error
  }
}

/**
 * Opens a workspace, migrates it, and clears what a killed process left half done. Throws what opening the database throws, and
 * ShoalError cancelled where whoever waited does no more.
 */
export async function openWorkspace(path: string, options: SessionOptions, isNew = false): Promise<Session> {
  const folder = resolve(path)
  if (!isNew && !isWorkspace(folder)) {
    throw new ShoalError('not_found', `${folder} is not a Shoal workspace (no workspace.sqlite in it).`)
  }
  const lock = lockWorkspace(folder)
  let db
  try {
    db = openDatabase(folder)
  } catch (error) {
    lock.release()
    throw error
  }
  try {
    if (!existsSync(join(folder, DERIVED_DIR))) mkdirSync(join(folder, DERIVED_DIR))
    sweepModels(folder)
    compactSteps(db)
    await tidyUp(db, folder, options, options.tidying)
  } catch (error) {
    if (toErrorShape(error).code !== 'disk_full') {
      db.close()
      lock.release()
      throw error
    }
    // Nothing half-imported is visible either way (rows count by their source's status); tidying waits for space.
    options.problem(
      new ShoalError(
        'disk_full',
        `The disk that holds ${folder} is full. It opens, and what an interrupted import left stays out of sight until there is ` +
          'space to clear it away. Free some space before you go on.',
        { folder },
      ),
    )
  }
  const workspace: OpenWorkspace = { path: folder, name: workspaceName(folder), db }
  const jobs = createJobService({
    workspace,
    actor: options.actor,
    now: options.now,
    changed: options.jobChanged,
    problem: options.problem,
  })
  const closing = new AbortController()
  const unasked = new Set<Promise<unknown>>()
  /** Work that nobody waits for; closing stops it. */
  const background = (work: (signal: AbortSignal) => Promise<unknown>) => {
    if (closing.signal.aborted) return
    const done: Promise<unknown> = work(closing.signal)
      .catch(() => {})
      .finally(() => unasked.delete(done))
    unasked.add(done)
  }
  // Spans and counts change only when facts do; infos are asked for often.
  let facts: { key: string; value: Pick<WorkspaceInfo, 'counts' | 'span' | 'tzOffset'> } | null = null
  // The chain is checked whole once, on open; after that only this process appends to it.
  const chain = verifyJournal(db)
  return {
    workspace,
    jobs,
    info() {
      const key = JSON.stringify(
        db
          .prepare(`SELECT count(*), max(id), max(imported_at) FROM source WHERE status = 'ready'`)
          .raw()
          .get(),
      )
      if (facts?.key !== key) {
        facts = { key, value: { counts: q.workspaceCounts(db), ...q.workspaceSpan(db) } }
      }
      const seq = (db.prepare('SELECT max(seq) AS n FROM journal').get() as { n: number | null }).n ?? 0
      return {
        path: folder,
        name: workspace.name,
        createdAt: Number(q.getMeta(db, 'created_at') ?? 0),
        schemaVersion: db.pragma('user_version', { simple: true }) as number,
        ...facts.value,
        pseudonymSalt: pseudonymSalt(db),
        runs: q.newestRuns(db),
        analysisStale: q.isAnalysisStale(db),
        simulated: q.getMeta(db, 'simulated') === '1',
        journal: { seq, ok: chain.ok },
        provider: q.lastProvider(db),
      }
    },
    background,
    closing: () => closing.signal.aborted,
    async close() {
      closing.abort()
      // Closing must come to its end on a full disk too: the lock and the compute process wait for it.
      try {
        await jobs.close()
        await Promise.all(unasked)
        db.pragma('optimize')
      } catch (error) {
        options.problem(error)
      } finally {
        db.close()
        lock.release()
      }
    },
  }
}
