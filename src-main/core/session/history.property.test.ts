import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { caseHandlers } from '../cases/service.ts'
import type { CoreContext } from '../context.ts'
import { migrations } from '../db/migrations/index.ts'
import { sessionHandlers } from './service.ts'
import { compactSteps } from './steps.ts'

const call = { signal: new AbortController().signal }
const WINDOWS = ['main', 'w2'] as const

function open(db: Sqlite.Database) {
  let time = 1000
  const ctx = {
    open: () => ({ path: '/x', name: 'x', db }),
    actor: 'L. Chen',
    // Several steps in one millisecond are still several.
    now: () => (time += time % 3 === 0 ? 1 : 0),
    emit: () => {},
  } as unknown as CoreContext
  const handlers = { ...caseHandlers(ctx), ...sessionHandlers(ctx) }
  return { db, on: handlers }
}
function workspace() {
  const db = new Sqlite(':memory:')
  for (const step of migrations) db.exec(step.sql)
  db.exec(`
    INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'x', 'accounts', 'ready', 0);
    INSERT INTO account (id, key, source_id, row) VALUES (1, 'a1', 1, 1);`)
  return open(db)
}

/** The plain model: every change as a unit that stands, is undone or is past redoing. No stacks. */
interface Unit {
  /** Slices of a window ('main map'), of all ('* selection'), or 'judgement'. */
  of: string
  what: string
  turned: number
  is: 'done' | 'undone' | 'over'
  before: unknown
  after: unknown
}
class Model {
  units: Unit[] = []
  values = new Map<string, unknown>()
  clock = 0

  do(changes: { of: string; after: unknown }[], what: string) {
    const turned = ++this.clock
    for (const { of, after } of changes) {
      for (const unit of this.units) if (unit.of === of && unit.is === 'undone') unit.is = 'over'
      this.units.push({ of, what, turned, is: 'done', before: this.values.get(of) ?? null, after })
      this.values.set(of, after)
    }
  }
  follow(of: string, after: unknown) {
    this.values.set(of, after)
  }
  seen(of: string, window: string | undefined, slice: string | undefined) {
    if (of === 'judgement') return slice === undefined
    const [where, name] = of.split(' ')
    return window !== undefined && (where === window || where === '*') && (slice ?? name) === name
  }
  turn(is: 'done' | 'undone', window?: string, slice?: string): string | null {
    const able = this.units.filter((u) => u.is === is && this.seen(u.of, window, slice))
    const newest = Math.max(...able.map((u) => u.turned))
    const group = able.filter((u) => u.turned === newest)
    const turned = ++this.clock
    for (const unit of group) {
      unit.is = is === 'done' ? 'undone' : 'done'
      unit.turned = turned
      this.values.set(unit.of, is === 'done' ? unit.before : unit.after)
    }
    return group[0]?.what ?? null
  }
  notes() {
    return this.units.filter((u) => u.of === 'judgement' && u.is === 'done').map((u) => u.after)
  }
}

const window = fc.constantFrom(...WINDOWS)
const sliceName = fc.constantFrom('selection', 'focus', 'map', 'layout')
const value = fc.integer({ min: 0, max: 4 })
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('record' as const),
      window,
      changes: fc.uniqueArray(fc.record({ slice: sliceName, after: value }), {
        minLength: 1,
        maxLength: 3,
        selector: (c) => c.slice,
      }),
    }),
  },
  fc.record({ do: fc.constant('follow' as const), window, slice: sliceName, after: value }),
  fc.record({ do: fc.constant('note' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('back' as const, 'forward' as const),
      window: fc.option(window, { nil: undefined }),
      slice: fc.option(sliceName, { nil: undefined }),
    }),
  },
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('to' as const), window, pick: fc.nat() }),
)
const shared = (slice: string) => slice === 'selection' || slice === 'focus'
const place = (win: string, slice: string) => `${shared(slice) ? '*' : win} ${slice}`

test('any mix of screen steps and judgements is undone and redone as by a plain model, across restarts', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      let { db, on } = workspace()
      const model = new Model()
      let made = 0
      const check = () => {
        for (const win of WINDOWS) {
          const state = on['session.state']({ window: win }, call)
          const wanted = [...model.values].filter(([of]) => model.seen(of, win, undefined))
          expect(state).toEqual(
            Object.fromEntries(
              wanted.filter(([of]) => of !== 'judgement').map(([of, v]) => [of.split(' ')[1]!, v]),
            ),
          )
        }
        const notes = db.prepare('SELECT text FROM note WHERE retracted_at IS NULL ORDER BY id').pluck().all()
        expect(notes).toEqual(model.notes())
      }
      for (const a of actions) {
        if (a.do === 'record') {
          const what = `s${++made}`
          const changes = a.changes
            .filter((c) => model.values.get(place(a.window, c.slice)) !== c.after)
            .map((c) => ({ ...c, of: place(a.window, c.slice) }))
          on['session.record'](
            {
              window: a.window,
              origin: '',
              changes: a.changes.map((c) => ({
                ...c,
                shared: shared(c.slice),
                what,
                before: model.values.get(place(a.window, c.slice)) ?? null,
              })),
            },
            call,
          )
          if (changes.length > 0) model.do(changes, what)
        } else if (a.do === 'follow') {
          const of = place(a.window, a.slice)
          const change = {
            slice: a.slice,
            shared: shared(a.slice),
            what: null,
            before: model.values.get(of) ?? null,
            after: a.after,
          }
          on['session.record']({ window: a.window, origin: '', changes: [change] }, call)
          model.follow(of, a.after)
        } else if (a.do === 'note') {
          const text = `n${++made}`
          on['notes.add']({ target: { kind: 'account', ref: 1 }, text }, call)
          model.do([{ of: 'judgement', after: text }], 'note')
        } else if (a.do === 'restart') {
          ;({ db, on } = open(new Sqlite(db.serialize())))
        } else if (a.do === 'to') {
          const { rows } = on['session.history']({ window: a.window, offset: 0, limit: 500 }, call) as {
            rows: { id: string; stands: boolean; what: string }[]
          }
          const seen = model.units.filter((u) => model.seen(u.of, a.window, undefined))
          const undone = new Set(seen.filter((u) => u.is === 'undone').map((u) => u.turned))
          const done = new Set(seen.filter((u) => u.is === 'done').map((u) => u.turned))
          expect(rows.filter((r) => !r.stands)).toHaveLength(undone.size)
          expect(rows.filter((r) => r.stands)).toHaveLength(done.size)
          expect(new Set(rows.map((r) => r.id)).size).toBe(rows.length)
          const index = a.pick % (rows.length + 1)
          const target = rows[index]
          on['undo.to']({ window: a.window, origin: '', id: target?.id ?? null }, call)
          if (target && !target.stands)
            for (let i = undone.size; i > index; i--) model.turn('undone', a.window)
          else for (let i = undone.size; i < index; i++) model.turn('done', a.window)
        } else {
          const turned = on[a.do === 'back' ? 'undo.back' : 'undo.forward'](
            { window: a.window, origin: '', slice: a.slice },
            call,
          ) as { what: string | null }
          expect(turned.what).toBe(model.turn(a.do === 'back' ? 'done' : 'undone', a.window, a.slice))
        }
        check()
      }
    }),
    { numRuns: 150 },
  )
})

test('compacting keeps the newest steps and every newest value, and what is left can still be undone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ slice: sliceName, after: value, undo: fc.boolean() }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (steps, keep) => {
        const { db, on } = workspace()
        const window = 'main'
        const values = new Map<string, unknown>()
        for (const { slice, after, undo } of steps) {
          const before = values.get(slice) ?? null
          on['session.record'](
            { window, origin: '', changes: [{ slice, shared: false, what: 'x', before, after }] },
            call,
          )
          values.set(slice, after)
          if (!undo) continue
          const { views } = on['undo.back']({ window, origin: '' }, call) as {
            views: Record<string, unknown>
          }
          for (const [name, v] of Object.entries(views)) values.set(name, v)
        }
        const before = on['session.state']({ window }, call)
        const again = new Sqlite(db.serialize())
        compactSteps(again, keep)
        const left = again.prepare('SELECT count(*) FROM view_step').pluck().get() as number
        expect(left).toBeLessThanOrEqual(keep + 4)
        const reopened = open(again)
        expect(reopened.on['session.state']({ window }, call)).toEqual(before)
        // Undoing everything and redoing it ends where it was.
        const forward = { window, origin: '' }
        while ((reopened.on['undo.forward'](forward, call) as { done: boolean }).done);
        const last = reopened.on['session.state']({ window }, call)
        while ((reopened.on['undo.back'](forward, call) as { done: boolean }).done);
        while ((reopened.on['undo.forward'](forward, call) as { done: boolean }).done);
        expect(reopened.on['session.state']({ window }, call)).toEqual(last)
      },
    ),
    { numRuns: 80 },
  )
})

test('a change for another workspace, or one that is there already, is not recorded', () => {
  const { db, on } = workspace()
  const change = { slice: 'map', shared: false, what: 'map', before: null, after: { zoom: 1 } }
  on['session.record']({ window: 'main', origin: '', workspace: '/other', changes: [change] }, call)
  on['session.record']({ window: 'main', origin: '', workspace: '/x', changes: [change] }, call)
  on['session.record']({ window: 'main', origin: '', workspace: '/x', changes: [change] }, call)
  expect(db.prepare('SELECT count(*) FROM view_step').pluck().get()).toBe(1)
})
