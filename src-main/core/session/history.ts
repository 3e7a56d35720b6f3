import type { Database } from 'better-sqlite3'
import type { HistoryRow, Slices, UndoResult, UndoState } from '../../common/contract/session.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext } from '../context.ts'
import { turn as turnJudgement, undoStacks, type Step } from '../cases/changes.ts'
import { appendSteps, later, REDONE, SHARED, stacksOf, UNDONE, type Place, type ViewStep } from './steps.ts'

/** One step of the one history: view steps that were made together, or a judgement. */
type Turnable = { kind: 'view'; steps: ViewStep[]; place: Place } | { kind: 'judgement'; step: Step }
/** Longer details are left out of the list: it is looked at, not read. */
const DETAIL_CHARS = 2000

export type Direction = 'back' | 'forward'

const placeOf = (t: Turnable): Place => (t.kind === 'view' ? t.place : { journal: t.step.turned, seq: 0 })
const whatOf = (t: Turnable) => (t.kind === 'view' ? t.steps[0]!.what : t.step.what)
const idOf = (t: Turnable) => (t.kind === 'view' ? `v${t.steps[0]!.first}` : `j${t.step.seq}`)

/** View steps that were written together and are of one kind of stack, in the order of their rows. */
function together(steps: ViewStep[]): Turnable[] {
  const groups = new Map<number, ViewStep[]>()
  for (const step of steps) {
    const group = groups.get(step.together)
    if (group) group.push(step)
    else groups.set(step.together, [step])
  }
  return [...groups.values()].map((group) => {
    group.sort((a, b) => a.first - b.first)
    const place = group.map((s) => s.place).reduce((a, b) => (later(a, b) ? a : b))
    return { kind: 'view', steps: group, place }
  })
}

/** What would be turned next; null: nothing. Looks at the tops of the stacks only. */
function next(db: Database, direction: Direction, window?: string, slice?: string): Turnable | null {
  const judgement = slice === undefined ? undoStacks(db)[direction].at(-1) : undefined
  const tops: ViewStep[] = []
  if (window !== undefined) {
    for (const stack of stacksOf(db).seenBy(window)) {
      const top = stack[direction].at(-1)
      if (top && (slice === undefined || stack.slice === slice)) tops.push(top)
    }
  }
  const candidates: Turnable[] = together(tops)
  if (judgement) candidates.push({ kind: 'judgement', step: judgement })
  return candidates.reduce<Turnable | null>(
    (best, one) => (best === null || later(placeOf(one), placeOf(best)) ? one : best),
    null,
  )
}

export function undoState(db: Database, window?: string): UndoState {
  const name = (direction: Direction) => {
    const step = next(db, direction, window)
    return step ? whatOf(step) : null
  }
  const has = (direction: Direction) => next(db, direction, window, 'selection') !== null
  return {
    back: name('back'),
    forward: name('forward'),
    selection:
      window === undefined ? { back: false, forward: false } : { back: has('back'), forward: has('forward') },
  }
}

function turnViews(
  ctx: CoreContext,
  steps: readonly ViewStep[],
  direction: Direction,
): { own: Slices; shared: Slices } {
  const { db } = ctx.open()
  const own: Slices = {}
  const shared: Slices = {}
  const read = db.prepare('SELECT before, after FROM view_step WHERE seq = ?')
  const append = db.transaction(() => {
    const rows = steps.map((step) => {
      // The step's newest row says how it came to what is now: turning it is that row backwards.
      const { before, after } = read.get(step.row) as { before: string; after: string }
      const target = step.window === SHARED ? shared : own
      target[step.slice] = JSON.parse(before)
      return {
        window: step.window,
        slice: step.slice,
        what: step.what,
        before: after,
        after: before,
        direction: direction === 'back' ? UNDONE : REDONE,
      }
    })
    appendSteps(db, rows, { actor: ctx.actor, now: ctx.now() })
  })
  append.immediate()
  return { own, shared }
}

/** Undoes or redoes the newest step that a window sees (without a window: the newest judgement). */
export function turnHistory(
  ctx: CoreContext,
  direction: Direction,
  by: { window?: string | undefined; origin: string; slice?: string | undefined },
): UndoResult & { id: string | null } {
  const { db } = ctx.open()
  const step = next(db, direction, by.window, by.slice)
  if (!step) return { done: false, what: null, views: {}, id: null }
  const what = whatOf(step)
  const id = idOf(step)
  if (step.kind === 'judgement') {
    turnJudgement(ctx, direction === 'back' ? 'undo' : 'redo')
    return { done: true, what, views: {}, id }
  }
  const { own, shared } = turnViews(ctx, step.steps, direction)
  if (Object.keys(shared).length > 0) ctx.emit('session.changed', { origin: by.origin, slices: shared })
  return { done: true, what, views: { ...own, ...shared }, id }
}

/** The steps of one stack, the next to be turned first. */
function inOrder(db: Database, direction: Direction, window: string): Turnable[] {
  const views = [...stacksOf(db).seenBy(window)].flatMap((stack) => stack[direction])
  const judgements = undoStacks(db)[direction].map((step): Turnable => ({ kind: 'judgement', step }))
  return [...together(views), ...judgements].sort((a, b) => (later(placeOf(a), placeOf(b)) ? -1 : 1))
}

export function historyRows(
  db: Database,
  input: { window: string; offset: number; limit: number },
): { total: number; rows: HistoryRow[] } {
  // The undone ones on top, the one that was undone last just above what stands.
  const lines = [
    ...inOrder(db, 'forward', input.window)
      .toReversed()
      .map((step) => ({ step, stands: false })),
    ...inOrder(db, 'back', input.window).map((step) => ({ step, stands: true })),
  ]
  const entry = db.prepare('SELECT time, actor, action, payload FROM journal WHERE seq = ?')
  const values = db.prepare('SELECT before, after FROM view_step WHERE seq = ?')
  const detailOf = (steps: readonly ViewStep[], stands: boolean) => {
    const detail: Slices = {}
    for (const step of steps) {
      if (step.slice !== 'selection' && step.slice !== 'focus') continue
      const { before, after } = values.get(step.row) as { before: string; after: string }
      // The row that undid it has the values the other way round.
      const value = stands ? after : before
      if (value.length <= DETAIL_CHARS) detail[step.slice] = JSON.parse(value)
    }
    return Object.keys(detail).length > 0 ? detail : null
  }
  return {
    total: lines.length,
    rows: lines.slice(input.offset, input.offset + input.limit).map(({ step, stands }) => {
      const common = { id: idOf(step), what: whatOf(step), stands }
      if (step.kind === 'view') {
        const { at, actor } = step.steps[0]!
        return { ...common, kind: 'view', at, actor, detail: detailOf(step.steps, stands) }
      }
      const { time, actor, action, payload } = entry.get(step.step.seq) as {
        time: number
        actor: string
        action: string
        payload: string
      }
      const { changes: _cells, ...said } = JSON.parse(payload) as Record<string, unknown>
      const short = JSON.stringify(said).length <= DETAIL_CHARS
      return { ...common, kind: 'judgement', at: time, actor, detail: short ? { action, ...said } : null }
    }),
  }
}

/** Turns steps until the one of that id is the newest that stands. Throws not_found. */
export function turnTo(
  ctx: CoreContext,
  input: { window: string; origin: string; id: string | null },
): UndoResult & { steps: number } {
  const { db } = ctx.open()
  const { window, id } = input
  const undone = id !== null && inOrder(db, 'forward', window).some((step) => idOf(step) === id)
  if (id !== null && !undone && !inOrder(db, 'back', window).some((step) => idOf(step) === id))
    throw new ShoalError('not_found', 'That step of the history is gone.')
  const result: UndoResult & { steps: number } = { done: false, what: null, views: {}, steps: 0 }
  for (;;) {
    const top = next(db, 'back', window)
    if (!undone && (id === null ? top === null : top !== null && idOf(top) === id)) break
    const turned = turnHistory(ctx, undone ? 'forward' : 'back', input)
    if (!turned.done) break
    result.done = true
    result.what = turned.what
    result.steps++
    Object.assign(result.views, turned.views)
    if (undone && turned.id === id) break
  }
  return result
}
