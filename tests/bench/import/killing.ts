import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { contentHash } from '../../../src-main/compute/ingest/resume/content-hash.ts'
import { creditHash } from '../../../src-main/compute/ingest/testing/kill.ts'
import { contextFor } from '../../../src-main/compute/ingest/testing/workspace.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'

const CLI = resolve(import.meta.dirname, '../../../src-main/hosts/cli/main.ts')
/** Moments in a row that may fall behind the end before something is wrong with how they are drawn. */
const DRAWS = 40

export interface Ran {
  killed: boolean
  /** ms since the start at which each phase was first heard of. */
  phases: { phase: string; at: number }[]
  ms: number
  json: Record<string, unknown> | null
}
/** When to kill: so many ms after a phase was heard of. */
export interface Moment {
  after: number
  phase: string
}
export const tell = ({ phase, after }: Moment) => `${phase} + ${after.toFixed(0)} ms`

type Ctx = ReturnType<typeof contextFor>

/** A folder in which `shoal` runs and is killed: the command and its compute process, as a crash of the session takes both. */
export function createGround() {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-kill-'))

  function shoal(args: string[], moment: Moment | null = null): Promise<Ran> {
    const started = performance.now()
    const child: ChildProcess = spawn(process.execPath, [CLI, ...args, '--json'], {
      cwd: dir,
      env: { ...process.env, SHOAL_USER_DIR: join(dir, 'user') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const ran: Ran = { killed: false, phases: [], ms: 0, json: null }
    let out = ''
    let err = ''
    let timer: NodeJS.Timeout | undefined
    const kill = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // It has ended.
      }
    }
    child.stdout!.on('data', (data: Buffer) => (out += data.toString()))
    createInterface({ input: child.stderr! }).on('line', (line) => {
      err += `${line}\n`
      const phase = /^… (?:Importing · )?(.+)$/.exec(line)?.[1]
      if (phase === undefined) return
      ran.phases.push({ phase, at: performance.now() - started })
      if (moment?.phase === phase && timer === undefined) timer = setTimeout(kill, moment.after)
    })
    return new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (code, signal) => {
        clearTimeout(timer)
        ran.ms = performance.now() - started
        ran.killed = signal === 'SIGKILL'
        // 3: done, and there are problems.
        if (!ran.killed && code !== 0 && code !== 3) fail(new Error(`shoal ${args.join(' ')}: ${err}${out}`))
        else {
          if (!ran.killed) ran.json = JSON.parse(out) as Record<string, unknown>
          done(ran)
        }
      })
    })
  }

  const pathOf = (name: string) => join(dir, `${name}.shoal`)
  function copy(from: string, to: string): void {
    rmSync(pathOf(to), { recursive: true, force: true })
    cpSync(pathOf(from), pathOf(to), { recursive: true })
  }

  return {
    dir,
    shoal,
    copy,
    remove: (name: string) => rmSync(pathOf(name), { recursive: true, force: true }),
    /** Looks at a workspace as it lies there: nothing is swept first. */
    async looked<T>(name: string, look: (ctx: Ctx) => Promise<T>): Promise<T> {
      const db = openStore(pathOf(name))
      try {
        return await look(contextFor(pathOf(name), db))
      } finally {
        db.close()
      }
    },
    /**
     * Runs a command on copies of `from`, called `to`, until a kill has hit it: a moment that falls behind its end is drawn anew.
     * `missed`: how many did. Null where `draws` moments in a row did.
     */
    async hit(
      args: string[],
      [from, to]: [from: string, to: string],
      draw: () => Moment,
      draws = DRAWS,
    ): Promise<{ ran: Ran; moment: Moment; missed: number } | null> {
      for (let missed = 0; missed < draws; missed++) {
        const moment = draw()
        copy(from, to)
        const ran = await shoal(args, moment)
        if (ran.killed) return { ran, moment, missed }
      }
      return null
    },
    end: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** What a workspace says, and whom it credits it to. */
export async function stateOf(ctx: Ctx): Promise<{ content: string; credits: string }> {
  return { content: (await contentHash(ctx)).sha256, credits: creditHash(ctx.db) }
}

/**
 * Draws moments of a run like this undisturbed one: in turn evenly over its time from its first phase on, and evenly over its phases, so
 * that short ones are hit too.
 */
export function momentsOf(whole: Ran, random: () => number): (round: number) => Moment {
  const starts = whole.phases.filter(({ phase }, i, all) => all.findIndex((p) => p.phase === phase) === i)
  const first = starts[0]!
  const lengthOf = (i: number) => (starts[i + 1]?.at ?? whole.ms) - starts[i]!.at
  return (round) => {
    if (round % 2 === 0) return { phase: first.phase, after: random() * (whole.ms - first.at) }
    const stage = Math.floor(random() * starts.length)
    return { phase: starts[stage]!.phase, after: random() * lengthOf(stage) }
  }
}

export const lastHeard = (ran: Ran) => ran.phases.at(-1)?.phase ?? 'opening'
