import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import type { Story } from '../../common/contract/stories.ts'
import { turn } from '../cases/changes.ts'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { verifyJournal } from '../journal/journal.ts'
import { storyHandlers } from './service.ts'

function setUp() {
  const db = new Sqlite(':memory:')
  db.pragma('foreign_keys = ON')
  for (const { sql } of migrations) db.exec(sql)
  let now = 1000
  const ctx = {
    open: () => ({ path: '', name: '', db }),
    actor: 'L. Chen',
    now: () => now++,
    emit: () => {},
  } as unknown as CoreContext
  return { db, ctx, on: storyHandlers(ctx), call: { signal: new AbortController().signal } }
}
let w: ReturnType<typeof setUp>
beforeEach(() => {
  w = setUp()
})
const titles = (story: Story) => story.stepRows.map((step) => step.titleEn)
const add = async (storyId: number, titleEn: string, after: number | null = null) =>
  w.on['stories.addStep']({ storyId, after, state: { selection: {} }, titleEn }, w.call)

test('a story keeps its steps in order, with both languages and what they point at', async () => {
  const made = await w.on['stories.create']({ name: 'One device', caseId: null }, w.call)
  await add(made.id, 'first')
  const two = await add(made.id, 'second')
  const step = two.stepRows[1]!
  const told = await w.on['stories.updateStep'](
    {
      stepId: step.id,
      titleZh: '第二步',
      textEn: 'Nine accounts, **one** device.',
      highlights: [{ kind: 'community', id: 3, span: null, en: 'the ring', zh: '团伙' }],
      state: { selection: { communities: [3] } },
    },
    w.call,
  )
  expect(titles(told)).toEqual(['first', 'second'])
  expect(told.stepRows[1]).toMatchObject({
    titleZh: '第二步',
    state: { selection: { communities: [3] } },
    highlights: [{ kind: 'community', id: 3, en: 'the ring', zh: '团伙' }],
    createdBy: 'L. Chen',
  })
  const between = await w.on['stories.addStep'](
    { storyId: made.id, after: told.stepRows[0]!.id, state: {}, titleEn: 'between' },
    w.call,
  )
  expect(titles(between)).toEqual(['first', 'between', 'second'])
  expect((await w.on['stories.list']({}, w.call))[0]).toMatchObject({ name: 'One device', steps: 3 })
  expect(verifyJournal(w.db).ok).toBe(true)
})

test('what is not there is said, and a step stays in its own story', async () => {
  const one = await w.on['stories.create']({ name: 'a', caseId: null }, w.call)
  const other = await w.on['stories.create']({ name: 'b', caseId: null }, w.call)
  const foreign = (await add(other.id, 'x')).stepRows[0]!
  await expect(async () => add(one.id, 'y', foreign.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(async () => w.on['stories.create']({ name: 'c', caseId: 9 }, w.call)).rejects.toMatchObject({
    code: 'not_found',
  })
  await w.on['stories.remove']({ id: other.id }, w.call)
  await expect(async () =>
    w.on['stories.updateStep']({ stepId: foreign.id, titleEn: 'z' }, w.call),
  ).rejects.toMatchObject({ code: 'not_found' })
})

test('a change that changes nothing leaves no trace', async () => {
  const made = await w.on['stories.create']({ name: 'a', caseId: null }, w.call)
  const step = (await add(made.id, 'x')).stepRows[0]!
  const entries = () => w.db.prepare('SELECT count(*) FROM journal').pluck().get()
  const before = entries()
  await w.on['stories.updateStep']({ stepId: step.id, titleEn: 'x', state: { selection: {} } }, w.call)
  await w.on['stories.moveStep']({ stepId: step.id, after: null }, w.call)
  await w.on['stories.rename']({ id: made.id, name: 'a' }, w.call)
  expect(entries()).toBe(before)
})

test('there is always room between two steps', async () => {
  const made = await w.on['stories.create']({ name: 'a', caseId: null }, w.call)
  const first = (await add(made.id, '0')).stepRows[0]!
  for (let i = 1; i <= 80; i++) await add(made.id, String(i), first.id) // each halves the gap behind the first
  const story = await w.on['stories.get']({ id: made.id }, w.call)
  expect(titles(story)).toEqual(['0', ...Array.from({ length: 80 }, (_, i) => String(80 - i))])
})

const action = fc.oneof(
  fc.record({ do: fc.constant('add' as const), a: fc.nat(9), b: fc.nat(9) }),
  fc.record({ do: fc.constant('move' as const), a: fc.nat(9), b: fc.nat(9) }),
  fc.record({ do: fc.constant('remove' as const), a: fc.nat(9), b: fc.nat(9) }),
  fc.record({ do: fc.constant('text' as const), a: fc.nat(9), b: fc.nat(9) }),
)

test('steps come out in the order of a plain list, and undo brings back each state exactly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
      w = setUp()
      const { id } = await w.on['stories.create']({ name: 's', caseId: null }, w.call)
      const look = async () => (await w.on['stories.get']({ id }, w.call)).stepRows
      const seen = [await look()]
      let list: { id: number; title: string }[] = []
      for (const [turnNumber, { do: what, a, b }] of actions.entries()) {
        const target = list[a % Math.max(1, list.length)]
        const others = list.filter((step) => step !== target)
        const title = `t${turnNumber}`
        if (what === 'add') {
          const after = list[b]?.id ?? null
          const rows = (await add(id, title, after)).stepRows
          const fresh = rows.find((row) => row.titleEn === title)!
          const at = after === null ? list.length : list.findIndex((step) => step.id === after) + 1
          list = list.toSpliced(at, 0, { id: fresh.id, title })
        } else if (!target) continue
        else if (what === 'remove') {
          await w.on['stories.removeStep']({ stepId: target.id }, w.call)
          list = others
        } else if (what === 'text') {
          await w.on['stories.updateStep']({ stepId: target.id, titleEn: title }, w.call)
          target.title = title
        } else {
          const after = others[b]?.id ?? null
          await w.on['stories.moveStep']({ stepId: target.id, after }, w.call)
          list = others.toSpliced(after === null ? 0 : others.findIndex((s) => s.id === after) + 1, 0, target)
        }
        const rows = await look()
        expect(rows.map((row) => row.titleEn)).toEqual(list.map((step) => step.title))
        if (JSON.stringify(rows) !== JSON.stringify(seen.at(-1))) seen.push(rows)
      }
      for (const state of seen.slice(0, -1).toReversed()) {
        turn(w.ctx, 'undo')
        expect(await look()).toEqual(state)
      }
      for (const state of seen.slice(1)) {
        turn(w.ctx, 'redo')
        expect(await look()).toEqual(state)
      }
      expect(verifyJournal(w.db).ok).toBe(true)
    }),
    { numRuns: 60 },
  )
})
