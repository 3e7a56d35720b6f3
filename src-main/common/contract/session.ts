import { z } from 'zod'
import { method } from './method.ts'

/** One slice of what a session restores, by name: JSON. */
export type Slices = Record<string, unknown>

export interface SavedView {
  id: number
  kind: 'view' | 'filter' | 'layout'
  name: string
  /** Slices (view), a selection (filter), the dock (layout). */
  state: unknown
  createdAt: number
  createdBy: string
}
/** A line of the history: what stands, and what was undone and can be done again. */
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
  /**
   * What came of it, as far as it is short: the selection and the focus after a view step; what the journal says of a
   * judgement. Null: nothing to say.
   */
  detail: Record<string, unknown> | null
}
/** What the next undo and redo would turn, by name; null: nothing. */
export interface UndoState {
  back: string | null
  forward: string | null
  /** Whether the selection alone can go back and forward (Alt+← and Alt+→). */
  selection: { back: boolean; forward: boolean }
}
export interface UndoResult {
  done: boolean
  what: string | null
  /** Values to set, by slice; empty for a judgement. */
  views: Slices
}

const name = z.string().trim().min(1).max(120)
const windowName = z.string().regex(/^[\w-]{1,40}$/)
const window = windowName.default('main')
/** Names a page, so that it knows its own changes when they come back to it. */
const origin = z.string().max(60).default('')
/**
 * Without a window only judgements are turned (the "undo" beside what was just judged); with one, the newest of its
 * view steps, the shared ones and the judgements. `slice`: only that slice's steps.
 */
const turn = z.object({ window: windowName.optional(), origin, slice: z.string().max(60).optional() })

export const sessionMethods = {
  /** The newest value of every slice of a window: what it restores. */
  'session.state': method(z.object({ window })).returns<Slices>(),
  /**
   * Appends what changed together to the history, as one step. Recorded only while `workspace` is the open one, so that
   * a late change of one never lands in another. A value that the slice has already is not recorded again.
   */
  'session.record': method(
    z.object({
      window,
      origin,
      workspace: z.string().optional(),
      changes: z
        .array(
          z.object({
            slice: z.string().min(1).max(60),
            /** True: of all windows (the selection), not of this one. */
            shared: z.boolean().default(false),
            /** Null: kept to be restored, but no step to undo. */
            what: z.string().min(1).max(60).nullable(),
            before: z.unknown(),
            after: z.unknown(),
          }),
        )
        .min(1)
        .max(40),
    }),
  ).returns<UndoState>(),
  /** The steps that can be turned, newest first: those undone on top, then those that stand. */
  'session.history': method(
    z.object({
      window,
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().max(500).default(100),
    }),
  ).returns<{ total: number; rows: HistoryRow[] }>(),
  /** Undoes or redoes the newest step. */
  'undo.back': method(turn).returns<UndoResult>(),
  'undo.forward': method(turn).returns<UndoResult>(),
  /** Undoes or redoes until the step of that id is the newest that stands; null: until none does. */
  'undo.to': method(z.object({ window, origin, id: z.string().max(30).nullable() })).returns<
    UndoResult & { steps: number }
  >(),
  'undo.state': method(z.object({ window: windowName.optional() })).returns<UndoState>(),
  'views.list': method(z.object({ kind: z.enum(['view', 'filter', 'layout']).optional() })).returns<
    SavedView[]
  >(),
  /** Saves under a name; one of the same kind and name is replaced (the old one stays in the file, removed). */
  'views.save': method(
    z.object({ kind: z.enum(['view', 'filter', 'layout']), name, state: z.unknown() }),
  ).returns<SavedView>(),
  'views.rename': method(z.object({ id: z.number().int(), name })).returns<SavedView>(),
  'views.remove': method(z.object({ id: z.number().int() })).returns<null>(),
}

/** Shared slices have changed: what every window but `origin` sets. */
export interface SessionChanged {
  origin: string
  slices: Slices
}
