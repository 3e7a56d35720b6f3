import { z } from 'zod'
import { method } from './method.ts'

/** One slice of what a session restores, by name: JSON. */
export type Slices = Record<string, unknown>

export interface SavedView {
  id: number
  kind: 'view' | 'filter' | 'layout'
  name: string
  state: unknown
  createdAt: number
  createdBy: string
}
/** A line of the history: done, undone or done again. */
export interface HistoryRow {
  /** 'v<seq>' of view_step or 'j<seq>' of the journal. */
  id: string
  at: number
  actor: string
  /** Catalogue key frame.undo.what.<what>. */
  what: string
  kind: 'view' | 'judgement'
  /** False: it was undone. */
  stands: boolean
}

const name = z.string().trim().min(1).max(120)
const window = z.string().max(40).default('main')
export const sessionMethods = {
  /** The newest value of every slice of a window: what it restores. */
  'session.state': method(z.object({ window })).returns<Slices>(),
  /** Appends a change of the screen to the history. */
  'session.record': method(
    z.object({
      window,
      slice: z.string().min(1).max(60),
      what: z.string().min(1).max(60),
      before: z.unknown(),
      after: z.unknown(),
    }),
  ).returns<{ seq: number }>(),
  'session.history': method(
    z.object({
      window,
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().max(500).default(100),
    }),
  ).returns<{ total: number; rows: HistoryRow[] }>(),
  'views.list': method(z.object({ kind: z.enum(['view', 'filter', 'layout']).optional() })).returns<
    SavedView[]
  >(),
  'views.save': method(
    z.object({ kind: z.enum(['view', 'filter', 'layout']), name, state: z.unknown() }),
  ).returns<SavedView>(),
  'views.rename': method(z.object({ id: z.number().int(), name })).returns<SavedView>(),
  'views.remove': method(z.object({ id: z.number().int() })).returns<null>(),
}
