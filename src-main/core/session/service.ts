import type { Database } from 'better-sqlite3'
import type { sessionMethods, Slices } from '../../common/contract/session.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { getSetting } from '../workspace/queries.ts'
import { historyRows, turnHistory, turnTo, undoState } from './history.ts'
import { listViews, removeView, renameView, saveView } from './saved.ts'
import { appendSteps, BY_HAND, FOLLOWED, newestValues, SHARED, type NewStep } from './steps.ts'

/** Where earlier versions kept the arrangement of the main window's panels. */
const FORMER_LAYOUT = 'layout.v2'

function restored(db: Database, window: string): Slices {
  const state: Slices = {}
  const former = window === 'main' ? getSetting(db, FORMER_LAYOUT) : null
  if (former !== null) state['layout'] = former
  for (const [slice, value] of newestValues(db, window)) state[slice] = JSON.parse(value)
  return state
}

/** The working state: what a window restores, the one history, saved views. */
export function sessionHandlers(ctx: CoreContext): Handlers<typeof sessionMethods> {
  const db = () => ctx.open().db
  return {
    'session.state': ({ window }) => restored(db(), window),
    'session.record': ({ window, origin, workspace, changes }) => {
      const open = ctx.open()
      if (workspace !== undefined && workspace !== open.path) return undoState(open.db, window)
      const newest = open.db
        .prepare('SELECT after FROM view_step WHERE window = ? AND slice = ? ORDER BY seq DESC LIMIT 1')
        .pluck()
      const steps: NewStep[] = []
      const shared: Slices = {}
      for (const change of changes) {
        const place = change.shared ? SHARED : window
        const after = JSON.stringify(change.after ?? null)
        // Sent again because the answer was lost with the connection.
        if (newest.get(place, change.slice) === after) continue
        if (change.shared) shared[change.slice] = change.after ?? null
        steps.push({
          window: place,
          slice: change.slice,
          what: change.what ?? 'followed',
          before: JSON.stringify(change.before ?? null),
          after,
          direction: change.what === null ? FOLLOWED : BY_HAND,
        })
      }
      if (steps.length > 0) {
        // Immediate, because it reads before it writes: while an index is being built, what was read would be outdated
        // by then and SQLite would refuse instead of waiting.
        open.db
          .transaction(() => appendSteps(open.db, steps, { actor: ctx.actor, now: ctx.now() }))
          .immediate()
        if (Object.keys(shared).length > 0) ctx.emit('session.changed', { origin, slices: shared })
      }
      return undoState(open.db, window)
    },
    'session.history': (input) => historyRows(db(), input),
    'undo.back': (input) => bare(turnHistory(ctx, 'back', input)),
    'undo.forward': (input) => bare(turnHistory(ctx, 'forward', input)),
    'undo.to': (input) => turnTo(ctx, input),
    'undo.state': ({ window }) => undoState(db(), window),
    'views.list': ({ kind }) => listViews(db(), kind),
    'views.save': (input) => {
      const saved = saveView(db(), input, { actor: ctx.actor, now: ctx.now() })
      ctx.emit('data.changed', { what: ['views'] })
      return saved
    },
    'views.rename': ({ id, name }) => {
      const saved = renameView(db(), id, name)
      ctx.emit('data.changed', { what: ['views'] })
      return saved
    },
    'views.remove': ({ id }) => {
      removeView(db(), id, ctx.now())
      ctx.emit('data.changed', { what: ['views'] })
      return null
    },
  }
}

const bare = ({ done, what, views }: ReturnType<typeof turnHistory>) => ({ done, what, views })
