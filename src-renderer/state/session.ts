import { create } from 'zustand'
import type { Slices, UndoResult, UndoState } from '../../src-main/common/contract/session.ts'
import { toErrorShape, type ErrorShape } from '../../src-main/common/errors.ts'
import { api } from '../client/api.ts'
import {
  captureState,
  flushSlices,
  recordSlicesTo,
  restoreState,
  takeState,
  type SliceChange,
} from './slices.ts'
import { ASKED, ORIGIN, WINDOW } from './window.ts'

interface SessionState extends UndoState {
  /** True once what the workspace remembers of this window is in the stores: views may be drawn. */
  ready: boolean
  /** Rises with every step of the history, for the panel that lists it. */
  turn: number
  /** True when all that has been done is in the workspace's file: what a crash cannot take. */
  saved: boolean
  /** Why the newest steps could not be written; null: nothing went wrong. */
  trouble: string | null
}
const NOTHING: UndoState = { back: null, forward: null, selection: { back: false, forward: false } }
/** Waits before a step that could not be written is tried again, ms; after the last one it is given up, and said. */
const AGAIN_MS = [500, 2000, 5000]

/** What can be undone here, and whether the session is restored. */
export const useSession = create<SessionState>()(() => ({
  ...NOTHING,
  ready: false,
  turn: 0,
  saved: true,
  trouble: null,
}))

/** Changes on their way to core, oldest first; they stay here until core has answered. */
let unsaved: { changes: SliceChange[]; sent: boolean; tries: number }[] = []
/** True while views hold changes that have not settled into a step yet. */
let settling = false
let workspace: string | null = null
let waiters: (() => void)[] = []

const learn = (state: UndoState) => useSession.setState((s) => ({ ...state, turn: s.turn + 1 }))

/** Resolves once the open workspace's session is in the stores: what is set before would be overwritten by it. */
export function sessionReady(): Promise<void> {
  return new Promise((resolve) => {
    if (useSession.getState().ready) return resolve()
    const off = useSession.subscribe(({ ready }) => {
      if (!ready) return
      off()
      resolve()
    })
  })
}

/** Restores what a workspace remembers of this window and records from then on; null: none is open. */
export async function beginSession(path: string | null): Promise<void> {
  recordSlicesTo(null)
  workspace = path
  unsaved = []
  release()
  useSession.setState({ ...NOTHING, ready: false, trouble: null })
  restoreState({})
  if (path === null) return
  let state: Slices = {}
  try {
    // A second page of one name begins as the first one is; what it has changed since is its own.
    const names = WINDOW === ASKED ? [WINDOW] : [ASKED, WINDOW]
    state = Object.assign(
      {},
      ...(await Promise.all(names.map((window) => api.call('session.state', { window })))),
    ) as Slices
  } catch (error) {
    if (workspace !== path) return
    if (toErrorShape(error).code === 'compute_lost') {
      await connected()
      if (workspace === path) return beginSession(path)
      return
    }
  }
  if (workspace !== path) return
  restoreState(state)
  recordSlicesTo(enqueue, (waits) => {
    settling = waits
    tell()
  })
  useSession.setState({ ready: true })
  refresh()
}

function enqueue(changes: SliceChange[]): void {
  unsaved.push({ changes, sent: false, tries: 0 })
  tell()
  send()
}

function tell(): void {
  const saved = unsaved.length === 0 && !settling
  if (saved !== useSession.getState().saved) useSession.setState({ saved })
}

/**
 * Sends the oldest step that waits, the next when that one is written: a step that is tried again stays before those
 * that follow it. `all`: every one now, because the page goes.
 */
function send(all = false): void {
  const path = workspace
  if (path === null) return
  for (const batch of all ? unsaved : unsaved.slice(0, 1)) {
    if (batch.sent) continue
    batch.sent = true
    api
      .call('session.record', { window: WINDOW, origin: ORIGIN, workspace: path, changes: batch.changes })
      .then(
        (state) => {
          drop(batch)
          useSession.setState({ trouble: null })
          learn(state)
        },
        (error: unknown) => failed(batch, toErrorShape(error)),
      )
  }
}
function failed(batch: (typeof unsaved)[number], { code, message }: ErrorShape): void {
  batch.sent = false
  // Core has gone away: kept, and sent again in order when it is back.
  if (code === 'compute_lost') return
  const wait = AGAIN_MS[batch.tries++]
  useSession.setState({ trouble: message })
  if (wait === undefined) drop(batch)
  else setTimeout(send, wait)
}
function drop(batch: (typeof unsaved)[number]): void {
  unsaved = unsaved.filter((other) => other !== batch)
  tell()
  if (unsaved.length === 0) release()
  else send()
}
function release(): void {
  for (const waiter of waiters) waiter()
  waiters = []
}
/** Resolves when core has everything that has been done so far. */
export function sessionSaved(): Promise<void> {
  flushSlices()
  if (unsaved.length === 0) return Promise.resolve()
  return new Promise((resolve) => waiters.push(resolve))
}
function connected(): Promise<void> {
  return new Promise((resolve) => {
    const off = api.onStatus((status) => {
      if (status !== 'open') return
      off()
      resolve()
    })
  })
}

function refresh(): void {
  const path = workspace
  if (path === null) return
  api.call('undo.state', { window: WINDOW }).then(
    (state) => workspace === path && learn(state),
    () => {},
  )
}

/** Undoes or redoes the newest step, or the newest of one slice; answers what it was. Rejects as the call does. */
export async function turnHistory(direction: 'back' | 'forward', slice?: string): Promise<UndoResult> {
  await sessionSaved()
  const method = direction === 'back' ? 'undo.back' : 'undo.forward'
  const result = await api.call(method, { window: WINDOW, origin: ORIGIN, ...(slice && { slice }) })
  takeState(result.views)
  refresh()
  return result
}

/** Undoes or redoes until the step of that id is the newest that stands; null: to the beginning. */
export async function turnHistoryTo(id: string | null): Promise<UndoResult & { steps: number }> {
  await sessionSaved()
  const result = await api.call('undo.to', { window: WINDOW, origin: ORIGIN, id })
  takeState(result.views)
  refresh()
  return result
}

/** The screen as a new workspace's: every slice that views keep, as one step. */
export function startOver(apply: (values: Slices) => void): void {
  apply(Object.fromEntries(Object.keys(captureState()).map((name) => [name, null])))
}

/** Joins the session to core's events and to the page's end; returns what lets go. */
export function followSession(): () => void {
  const leave = () => {
    flushSlices()
    send(true)
  }
  const off = [
    api.on('session.changed', ({ origin, slices }) => {
      if (origin !== ORIGIN) takeState(slices)
      refresh()
    }),
    api.on('data.changed', ({ what }) => {
      if (what.some((w) => w !== 'facts' && w !== 'runs')) refresh()
    }),
    api.onStatus((status) => {
      if (status !== 'open') return
      // What was on its way when the connection went may have arrived: core does not record a value twice.
      for (const batch of unsaved) batch.sent = false
      send()
      refresh()
    }),
  ]
  window.addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', leave)
  return () => {
    off.forEach((stop) => stop())
    window.removeEventListener('pagehide', leave)
    document.removeEventListener('visibilitychange', leave)
  }
}
