import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  actionOf,
  EMPTY,
  extend,
  goTo,
  mark,
  move,
  openCount,
  skippedIds,
  tally,
  undo,
  type Candidate,
  type Mark,
  type Sitting,
} from './sitting.ts'

const item = (accountId: number): Candidate => ({
  accountId,
  key: `a${accountId}`,
  score: 0.5,
  community: null,
  communitySize: null,
  value: 1,
  why: [],
})
const begun = (...ids: number[]) => extend(EMPTY, ids.map(item))

describe('a sitting', () => {
  it('starts at the first account and goes on to the next open one after each mark', () => {
    let s = begun(1, 2, 3)
    expect(s.at).toBe(1)
    s = goTo(s, 2)
    s = mark(s, 2, 'malicious', null)
    expect(s.at).toBe(3)
    s = mark(s, 3, 'skipped', null)
    expect(s.at).toBe(1) // what was passed over first is still open
    s = mark(s, 1, 'benign', null)
    expect(s.at).toBeNull()
    expect(openCount(s)).toBe(0)
    expect(tally(s)).toEqual({ malicious: 1, benign: 1, unsure: 0, all: 2 })
    expect(skippedIds(s)).toEqual([3])
    expect(extend(s, [item(4)]).at).toBe(4)
  })
  it('does not shuffle what is there when more comes, and puts rechecks first', () => {
    let s = mark(begun(1, 2), 1, 'benign', null)
    s = extend(s, [item(2), item(3)])
    expect(s.items.map((i) => i.accountId)).toEqual([1, 2, 3])
    s = extend(s, [{ ...item(9), recheck: true }], true)
    expect(s.items[0]!.accountId).toBe(9)
    expect(s.at).toBe(2)
  })
  it('moves within the list', () => {
    let s = begun(1, 2)
    s = move(s, -1)
    expect(s.at).toBe(1)
    s = move(move(s, 1), 1)
    expect(s.at).toBe(2)
    expect(move(EMPTY, 1).at).toBeNull()
    s = mark(mark(s, 2, 'unsure', null), 1, 'unsure', null)
    expect(move(s, 1).at).toBe(1) // after the end of all, one can go back
  })
  it('takes back a verdict that was changed to the one before it', () => {
    let s = mark(begun(1, 2), 1, 'benign', null)
    s = mark(s, 1, 'malicious', { verdict: 'benign', reason: 'said first' })
    const back = undo(s)!
    expect(back.sitting.marks[1]).toBe('benign')
    expect(back.step.before).toEqual({ verdict: 'benign', reason: 'said first' })
    expect(undo(begun(1))).toBeNull()
  })
  it('is undone step by step to where it began', () => {
    const marks: Mark[] = ['malicious', 'benign', 'unsure', 'skipped']
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...marks)), { maxLength: 20 }),
        (steps) => {
          const past: Sitting[] = [begun(1, 2, 3, 4, 5, 6)]
          for (const [id, as] of steps) past.push(mark(past.at(-1)!, id, as, null))
          let now = past.at(-1)!
          for (const [i, [id]] of [...steps.entries()].toReversed()) {
            const back = undo(now)!
            now = back.sitting
            expect(now.marks).toEqual(past[i]!.marks)
            expect(now.at).toBe(id)
          }
          expect(openCount(now)).toBe(6)
        },
      ),
    )
  })
})

it('keys mean one thing each', () => {
  expect(['j', 'ArrowDown', 'K', 'm', 'B', 'u', 's', 'z', 'r', 'x', 'Enter'].map(actionOf)).toEqual([
    'next',
    'next',
    'previous',
    'malicious',
    'benign',
    'unsure',
    'skipped',
    'undo',
    'reason',
    null,
    null,
  ])
})
