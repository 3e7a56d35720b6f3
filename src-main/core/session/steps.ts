import type { Database } from 'better-sqlite3'

/** Window of slices that all windows share. */
export const SHARED = '*'
/** view_step.direction: by hand, undone, done again, and what followed by itself (restored, never undone). */
export const BY_HAND = 0
export const UNDONE = -1
export const REDONE = 1
export const FOLLOWED = 2

/** Steps kept per window when a workspace is opened; older ones go. */
export const KEPT_STEPS = 10_000

/** A place in the one order of view steps and journal entries: a view step comes after the entry it names. */
export interface Place {
  journal: number
  /** 0 for a journal entry. */
  seq: number
}
export const later = (a: Place, b: Place): boolean =>
  a.journal === b.journal ? a.seq > b.seq : a.journal > b.journal

/** A view step that stands or can be done again. Values stay in the file: `row` has them. */
export interface ViewStep {
  /** The row of its newest turn; an UNDONE row has the values swapped. */
  row: number
  /** The row that it was first done with: its name in the history. */
  first: number
  window: string
  slice: string
  what: string
  actor: string
  /** When it was first done. */
  at: number
  /** Rows written together have one time; no others have it. */
  together: number
  place: Place
}
export interface Stack {
  back: ViewStep[]
  forward: ViewStep[]
}
interface StepRow {
  seq: number
  at: number
  actor: string
  window: string
  slice: string
  what: string
  journal_seq: number
  direction: number
}

/**
 * The steps of every slice of every window. Each slice has stacks of its own, so that going back in one (Alt+←) leaves
 * the others as they are, and a new step takes the redo of its own slice only. A row says by its direction what it did
 * to its slice's stacks, so they are rebuilt by reading the rows in order.
 */
export class Stacks {
  readonly byWindow = new Map<string, Map<string, Stack>>()
  /** The time of the newest row: the next one's is later. */
  newest = 0

  of(window: string, slice: string): Stack {
    let slices = this.byWindow.get(window)
    if (!slices) this.byWindow.set(window, (slices = new Map()))
    let stack = slices.get(slice)
    if (!stack) slices.set(slice, (stack = { back: [], forward: [] }))
    return stack
  }
  /** A window's own stacks and the shared ones. */
  *seenBy(window: string): Iterable<Stack & { slice: string }> {
    for (const name of [SHARED, window])
      for (const [slice, stack] of this.byWindow.get(name) ?? []) yield { slice, ...stack }
  }

  take(row: StepRow): void {
    this.newest = Math.max(this.newest, row.at)
    if (row.direction === FOLLOWED) return
    const stack = this.of(row.window, row.slice)
    const place = { journal: row.journal_seq, seq: row.seq }
    const step = (old: ViewStep | undefined): ViewStep => ({
      row: row.seq,
      first: old?.first ?? row.seq,
      window: row.window,
      slice: row.slice,
      what: row.what,
      actor: old?.actor ?? row.actor,
      at: old?.at ?? row.at,
      together: row.at,
      place,
    })
    if (row.direction === UNDONE) stack.forward.push(step(stack.back.pop()))
    else if (row.direction === REDONE) stack.back.push(step(stack.forward.pop()))
    else {
      stack.back.push(step(undefined))
      stack.forward.length = 0
    }
  }
}

const known = new WeakMap<Database, Stacks>()

/** The stacks of a workspace, read from its rows at first. */
export function stacksOf(db: Database): Stacks {
  const kept = known.get(db)
  if (kept) return kept
  const made = new Stacks()
  const rows = db
    .prepare('SELECT seq, at, actor, window, slice, what, journal_seq, direction FROM view_step ORDER BY seq')
    .iterate() as Iterable<StepRow>
  for (const row of rows) made.take(row)
  known.set(db, made)
  return made
}

export interface NewStep {
  window: string
  slice: string
  what: string
  before: string
  after: string
  direction: number
}

/** Appends rows that belong together; their time is later than that of every row before. Call inside a transaction. */
export function appendSteps(
  db: Database,
  steps: readonly NewStep[],
  by: { actor: string; now: number },
): void {
  const stacks = stacksOf(db)
  const at = Math.max(by.now, stacks.newest + 1)
  const journal = db.prepare('SELECT coalesce(max(seq), 0) FROM journal').pluck().get() as number
  const insert = db.prepare(
    `INSERT INTO view_step (at, actor, window, slice, what, before, after, journal_seq, direction)
     VALUES (@at, @actor, @window, @slice, @what, @before, @after, @journal_seq, @direction)`,
  )
  // What only followed is of use until the next value of its slice.
  const outdated = db.prepare(
    `DELETE FROM view_step WHERE direction = ${FOLLOWED}
       AND seq = (SELECT max(seq) FROM view_step WHERE window = ? AND slice = ?)`,
  )
  for (const step of steps) {
    const row = { at, actor: by.actor, journal_seq: journal, ...step }
    outdated.run(step.window, step.slice)
    const seq = Number(insert.run(row).lastInsertRowid)
    stacks.take({ seq, ...row })
  }
}

/** JSON of the newest value of each slice that a window shows. */
export function newestValues(db: Database, window: string): Map<string, string> {
  const rows = db
    .prepare(
      `SELECT slice, after FROM view_step WHERE seq IN
         (SELECT max(seq) FROM view_step WHERE window IN (?, '${SHARED}') GROUP BY window, slice)
       ORDER BY window = '${SHARED}'`,
    )
    .all(window) as { slice: string; after: string }[]
  return new Map(rows.map((row) => [row.slice, row.after]))
}

/** Drops steps beyond the newest `keep` of each window, but never a slice's newest value. Call before stacksOf. */
export function compactSteps(db: Database, keep = KEPT_STEPS): number {
  let gone = 0
  const windows = db.prepare('SELECT window FROM view_step GROUP BY window HAVING count(*) > ?').pluck()
  const drop = db.prepare(
    `DELETE FROM view_step WHERE window = @window
       AND seq <= (SELECT seq FROM view_step WHERE window = @window ORDER BY seq DESC LIMIT 1 OFFSET @keep)
       AND seq NOT IN (SELECT max(seq) FROM view_step WHERE window = @window GROUP BY slice)`,
  )
  db.transaction(() => {
    for (const window of windows.all(keep) as string[]) gone += drop.run({ window, keep }).changes
  })()
  return gone
}
