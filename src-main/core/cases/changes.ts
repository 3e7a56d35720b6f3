import type { Database } from 'better-sqlite3'
import type { CoreContext } from '../context.ts'
import { appendJournal } from '../journal/journal.ts'

/** One cell that a judgement changed. Rows are never deleted: what is undone is marked, and can come back. */
export interface Change {
  table:
    'case_file' | 'case_item' | 'note' | 'tagging' | 'judgement' | 'recipe' | 'model' | 'story' | 'story_step'
  id: number
  column:
    | 'removed_at'
    | 'retracted_at'
    | 'name'
    | 'summary'
    | 'position'
    | 'state'
    | 'title_en'
    | 'title_zh'
    | 'text_en'
    | 'text_zh'
    | 'highlights'
  before: string | number | null
  after: string | number | null
}
/** What the UI calls a step (catalogue key frame.undo.what.<key>). */
const KIND: Record<string, string> = {
  'case.create': 'case',
  'case.update': 'case',
  'case.add': 'caseItem',
  'case.remove': 'caseItem',
  'note.add': 'note',
  'note.retract': 'note',
  'tags.set': 'tags',
  'verdict.set': 'judgement',
  'verdict.retract': 'judgement',
  'recipe.save': 'recipe',
  'recipe.remove': 'recipe',
  'model.remove': 'model',
  'story.create': 'story',
  'story.update': 'story',
  'story.remove': 'story',
  'story.addStep': 'storyStep',
  'story.updateStep': 'storyStep',
  'story.moveStep': 'storyStep',
  'story.removeStep': 'storyStep',
}

/** An undoable step: the journal's sequence number, what it is called, and its cells. */
export interface Step {
  seq: number
  /** The journal entry that did, undid or redid it last: its place among the steps of the screen. */
  turned: number
  what: string
  changes: Change[]
}

interface Stacks {
  back: Step[]
  forward: Step[]
}
const kindOf = (action: string) => KIND[action] ?? action

const stacks = new WeakMap<Database, Stacks>()

/** The undo and redo stacks, rebuilt from the journal on first use, so that they outlive a restart. */
export function undoStacks(db: Database): Stacks {
  const kept = stacks.get(db)
  if (kept) return kept
  const made: Stacks = { back: [], forward: [] }
  const rows = db
    .prepare(`SELECT seq, action, payload FROM journal WHERE action LIKE 'judge.%' ORDER BY seq`)
    .iterate() as Iterable<{ seq: number; action: string; payload: string }>
  for (const row of rows) {
    if (row.action === 'judge.undo') {
      const step = made.back.pop()
      if (step) made.forward.push({ ...step, turned: row.seq })
    } else if (row.action === 'judge.redo') {
      const step = made.forward.pop()
      if (step) made.back.push({ ...step, turned: row.seq })
    } else {
      const payload = JSON.parse(row.payload) as { changes: Change[] }
      made.back.push({
        seq: row.seq,
        turned: row.seq,
        what: kindOf(row.action.slice('judge.'.length)),
        changes: payload.changes,
      })
      made.forward = []
    }
  }
  stacks.set(db, made)
  return made
}

/**
 * Records one judgement: `work` makes its rows and returns the cells that undo must turn back, all in one transaction
 * with the journal entry. Nothing is recorded when nothing changed.
 */
export function recordStep<T>(
  ctx: CoreContext,
  what: string,
  payload: Record<string, unknown>,
  work: (db: Database, now: number) => { result: T; changes: Change[] },
): T {
  const { db } = ctx.open()
  const { back, forward } = undoStacks(db)
  const now = ctx.now()
  let step: Step | null = null
  const judge = db.transaction(() => {
    const done = work(db, now)
    if (done.changes.length > 0) {
      const entry = appendJournal(db, {
        actor: ctx.actor,
        action: `judge.${what}`,
        payload: { ...payload, changes: done.changes },
        now,
      })
      step = { seq: entry.seq, turned: entry.seq, what: kindOf(what), changes: done.changes }
    }
    return done.result
  })
  // It reads before it writes: begun as a reader it would fail, not wait, where another process has written meanwhile.
  const result = judge.immediate()
  if (step) {
    back.push(step)
    forward.length = 0
    ctx.emit('data.changed', { what: ['judgements', 'notes', 'cases', 'recipes'] })
  }
  return result
}

/**
 * Turns the newest judgement back (or the newest undone one forward again) and appends that to the journal.
 * core/session/history.ts puts judgements and what was done to the screen into one order.
 */
export function turn(ctx: CoreContext, direction: 'undo' | 'redo'): { done: boolean; what: string | null } {
  const { db } = ctx.open()
  const { back, forward } = undoStacks(db)
  const [from, to] = direction === 'undo' ? [back, forward] : [forward, back]
  const step = from.at(-1)
  if (!step) return { done: false, what: null }
  const now = ctx.now()
  const entry = db.transaction(() => {
    const cells = direction === 'undo' ? step.changes.toReversed() : step.changes
    for (const cell of cells) {
      const value = direction === 'undo' ? cell.before : cell.after
      // Both names come from the closed lists above, never from outside.
      db.prepare(`UPDATE ${cell.table} SET ${cell.column} = ? WHERE id = ?`).run(value, cell.id)
    }
    return appendJournal(db, {
      actor: ctx.actor,
      action: `judge.${direction}`,
      payload: { of: step.seq, what: step.what },
      now,
    })
  })()
  from.pop()
  to.push({ ...step, turned: entry.seq })
  ctx.emit('data.changed', { what: ['judgements', 'notes', 'cases', 'recipes'] })
  return { done: true, what: step.what }
}
