import type { QueueItem } from '../../../../src-main/common/contract/learning.ts'

export type Verdict = 'malicious' | 'benign' | 'unsure'
export type Mark = Verdict | 'skipped'

/** An account in the list: asked by the queue, to be re-checked, or disputed. */
export interface Candidate extends QueueItem {
  recheck?: boolean
}
/** What this analyst had said of an account before, to go back to; null: nothing. */
export type Before = { verdict: Verdict; reason: string } | null

interface Step {
  accountId: number
  mark: Mark
  /** The account's mark in this sitting before this step. */
  earlier: Mark | null
  before: Before
}

/** One sitting of labelling: the list stays as it is while one works through it, and every step can be taken back. */
export interface Sitting {
  items: Candidate[]
  /** Account that is looked at; null: none is left. */
  at: number | null
  marks: Record<number, Mark>
  steps: Step[]
}

export const EMPTY: Sitting = { items: [], at: null, marks: {}, steps: [] }

/** Puts further accounts at the end, or rechecks at the front; those that are there stay where they are. */
export function extend(sitting: Sitting, items: readonly Candidate[], front = false): Sitting {
  const known = new Set(sitting.items.map((item) => item.accountId))
  const fresh = items.filter((item) => !known.has(item.accountId))
  if (fresh.length === 0) return sitting
  const all = front ? [...fresh, ...sitting.items] : [...sitting.items, ...fresh]
  return { ...sitting, items: all, at: sitting.at ?? nextOpen(all, sitting.marks, -1) }
}

/** The first unmarked account after a place, then from the start. */
function nextOpen(items: readonly Candidate[], marks: Sitting['marks'], after: number): number | null {
  const order = [...items.slice(after + 1), ...items.slice(0, after + 1)]
  return order.find((item) => !(item.accountId in marks))?.accountId ?? null
}

const placeOf = (sitting: Sitting, id: number | null) =>
  sitting.items.findIndex((item) => item.accountId === id)

/** One up or down; at an end it stays. */
export function move(sitting: Sitting, by: 1 | -1): Sitting {
  if (sitting.items.length === 0) return sitting
  const at = placeOf(sitting, sitting.at)
  const next = at < 0 ? (by > 0 ? 0 : sitting.items.length - 1) : at + by
  const item = sitting.items[Math.max(0, Math.min(sitting.items.length - 1, next))]!
  return { ...sitting, at: item.accountId }
}

export function goTo(sitting: Sitting, accountId: number): Sitting {
  return placeOf(sitting, accountId) < 0 ? sitting : { ...sitting, at: accountId }
}

/** Marks an account and goes on to the next open one. */
export function mark(sitting: Sitting, accountId: number, as: Mark, before: Before): Sitting {
  const place = placeOf(sitting, accountId)
  if (place < 0) return sitting
  const marks = { ...sitting.marks, [accountId]: as }
  const step = { accountId, mark: as, earlier: sitting.marks[accountId] ?? null, before }
  return { ...sitting, marks, steps: [...sitting.steps, step], at: nextOpen(sitting.items, marks, place) }
}

/** The sitting without its newest step, at that account; null where there is none. */
export function undo(sitting: Sitting): { sitting: Sitting; step: Step } | null {
  const step = sitting.steps.at(-1)
  if (!step) return null
  const { [step.accountId]: _gone, ...rest } = sitting.marks
  return {
    step,
    sitting: {
      ...sitting,
      marks: step.earlier === null ? rest : { ...rest, [step.accountId]: step.earlier },
      steps: sitting.steps.slice(0, -1),
      at: step.accountId,
    },
  }
}

/** Unmarked accounts; where few are left, more are asked for. */
export function openCount(sitting: Sitting): number {
  return sitting.items.filter((item) => !(item.accountId in sitting.marks)).length
}

export function skippedIds(sitting: Sitting): number[] {
  return Object.entries(sitting.marks)
    .filter(([, as]) => as === 'skipped')
    .map(([id]) => Number(id))
}

/** Verdicts given in this sitting, by class. */
export function tally(sitting: Sitting): Record<Verdict, number> & { all: number } {
  const count = { malicious: 0, benign: 0, unsure: 0, all: 0 }
  for (const as of Object.values(sitting.marks)) {
    if (as === 'skipped') continue
    count[as]++
    count.all++
  }
  return count
}

/** What a key asks for while one labels; null: nothing of ours. */
export type QueueAction = 'next' | 'previous' | Mark | 'undo' | 'reason' | 'open'
export function actionOf(key: string): QueueAction | null {
  switch (key.toLowerCase()) {
    case 'j':
    case 'arrowdown':
      return 'next'
    case 'k':
    case 'arrowup':
      return 'previous'
    case 'm':
      return 'malicious'
    case 'b':
      return 'benign'
    case 'u':
      return 'unsure'
    case 's':
      return 'skipped'
    case 'z':
      return 'undo'
    case 'r':
      return 'reason'
    case 'i':
      return 'open'
    default:
      return null
  }
}
