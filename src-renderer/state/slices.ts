import type { StoreApi } from 'zustand'
import type { Slices } from '../../src-main/common/contract/session.ts'

/**
 * Everything that a session restores, a named view keeps and undo turns back is a slice: a part of a store, as JSON.
 * A view's store registers its slice where it is made; nothing else has to be done to be remembered and undone.
 */
export interface Slice<S, T> {
  /** Unique; a new shape of `T` that `apply` cannot read takes a new name. */
  name: string
  store: Pick<StoreApi<S>, 'getState' | 'subscribe'>
  /** The part that is kept: plain JSON. Called at every change of the store, so it must be cheap. */
  pick(state: S): T
  /** Takes what `pick` once gave, as far as it still makes sense. Null: as in a new workspace. */
  apply(value: unknown): void
  /** What the step is called (catalogue key frame.undo.what.<key>); null: remembered, but not a step to undo. */
  what(before: T, after: T): string | null
  /** A change becomes a step when nothing has changed for so long: a drag is one step. 0 (the default): at once. */
  settleMs?: number
  /**
   * True: what changes while it settles is one step only as long as it is the same part of the value: typing in one field
   * of a form is one step, the next field is another, however quick the hand.
   */
  byPart?: boolean
  /** True: all windows show the same value (the selection). */
  shared?: boolean
  /** False: restored with the session, but no part of a named view or a story's step (a draft). */
  inViews?: boolean
}

/** One slice's change, as it goes into the history. */
export interface SliceChange {
  slice: string
  shared: boolean
  /** Null: not to be undone. */
  what: string | null
  before: unknown
  after: unknown
}

interface Registered {
  definition: Slice<never, unknown>
  /** JSON of the value that the history knows. */
  known: string
  /** JSON of the newest value, and which part of the value has changed since `known`; null: nothing. */
  newest: string
  part: string | null
  /** When it will be recorded, ms of performance.now(); null: nothing to record. */
  due: number | null
  /** When the change that waits began, ms of performance.now(). */
  since: number
  /** Whether the change that waits was a person's. */
  byHand: boolean
}

/** What changes within so many ms changed together. */
const TOGETHER_MS = 50

const slices = new Map<string, Registered>()
/** What was restored for slices whose view is not loaded yet. */
const waiting = new Map<string, unknown>()
let sink: ((changes: SliceChange[]) => void) | null = null
let watcher: ((waits: boolean) => void) | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let applying = false
/** False after values were set from outside until a person does something: what views change by themselves meanwhile
 *  (a map that flies to what was undone) is remembered, but is no step of its own. */
let handsOn = true

const json = (value: unknown) => JSON.stringify(value) ?? 'null'
const valueOf = (entry: Registered) => entry.definition.pick(entry.definition.store.getState() as never)

/** Registers a slice; returns what takes it away (for tests and views that are replaced while developing). */
export function slice<S, T>(definition: Slice<S, T>): () => void {
  const { name } = definition
  const entry: Registered = {
    definition: definition as unknown as Slice<never, unknown>,
    known: '',
    newest: '',
    part: null,
    due: null,
    since: 0,
    byHand: true,
  }
  slices.set(name, entry)
  if (waiting.has(name)) {
    set(entry, waiting.get(name))
    waiting.delete(name)
  }
  entry.known = entry.newest = json(valueOf(entry))
  const off = definition.store.subscribe(() => changed(entry))
  return () => {
    off()
    if (slices.get(name) === entry) slices.delete(name)
  }
}

function changed(entry: Registered): void {
  if (applying || !sink) return
  const text = json(valueOf(entry))
  if (text !== entry.newest && entry.definition.byPart) {
    const { part, typed } = changedPart(JSON.parse(entry.newest), JSON.parse(text))
    // The first letter typed may make what the others go into.
    const inside = typed && entry.part !== null && entry.part !== '' && part.startsWith(`${entry.part}.`)
    if (entry.due !== null && entry.part !== null && part !== entry.part && !inside) {
      // Another field: what was done before is a step of its own.
      const change = changeOf(entry, entry.newest)
      entry.due = null
      if (change) sink([entry.byHand ? change : { ...change, what: null }])
    }
    entry.part = part
  }
  entry.newest = text
  if (text === entry.known) {
    // Back where it was before it was recorded: nothing happened.
    entry.due = null
    schedule()
    return
  }
  const now = performance.now()
  if (entry.due === null) {
    // Whoever goes on to something else has finished what they did before: steps keep the order in which they were made.
    record(({ since }) => now - since > TOGETHER_MS)
    entry.since = now
  }
  entry.byHand = entry.due === null ? handsOn : entry.byHand || handsOn
  entry.due = now + (entry.definition.settleMs ?? 0)
  schedule()
}

function schedule(): void {
  clearTimeout(timer)
  const dues = [...slices.values()].flatMap((entry) => (entry.due === null ? [] : [entry.due]))
  watcher?.(dues.length > 0)
  if (dues.length === 0) return
  timer = setTimeout(
    () => {
      const now = performance.now()
      record(({ due }) => due! <= now + 1)
    },
    Math.max(0, Math.min(...dues) - performance.now()),
  )
}

/** Records the changes that wait and that `wanted` names: what changed together is one step. */
function record(wanted: (entry: Registered) => boolean): void {
  const changes: SliceChange[] = []
  for (const entry of slices.values()) {
    if (entry.due === null || !wanted(entry)) continue
    entry.due = null
    const change = changeOf(entry)
    if (!change) continue
    changes.push(entry.byHand ? change : { ...change, what: null })
  }
  if (changes.length > 0) sink?.(changes)
  schedule()
}

function changeOf(entry: Registered, text = json(valueOf(entry))): SliceChange | null {
  if (text === entry.known) return null
  const before: unknown = JSON.parse(entry.known)
  const after: unknown = JSON.parse(text)
  entry.known = text
  entry.part = null
  const { name, shared = false, what } = entry.definition
  return { slice: name, shared, what: what(before, after), before, after }
}

function set(entry: Registered, value: unknown): void {
  applying = true
  try {
    entry.definition.apply(value ?? null)
  } catch {
    entry.definition.apply(null) // an older build's value: better as new than not at all
  } finally {
    applying = false
  }
}

/** Sets slices without recording it: undo, redo, another window. */
export function takeState(values: Slices): void {
  for (const [name, value] of Object.entries(values)) {
    const entry = slices.get(name)
    if (!entry) {
      waiting.set(name, value)
      continue
    }
    set(entry, value)
    entry.due = null
    entry.part = null
    entry.known = entry.newest = json(valueOf(entry))
  }
  handsOn = false
}

/** Sets every slice, those that `values` lacks as in a new workspace, without recording it. */
export function restoreState(values: Slices): void {
  waiting.clear()
  takeState({ ...Object.fromEntries([...slices.keys()].map((name) => [name, null])), ...values })
}

/** The present screen (or those slices of it), to be kept as JSON: a named view, a story's step. */
export function captureState(names?: readonly string[]): Slices {
  const state: Slices = {}
  for (const [name, value] of waiting) if (!names || names.includes(name)) state[name] = value
  for (const [name, entry] of slices) {
    if (names ? names.includes(name) : entry.definition.inViews !== false)
      state[name] = JSON.parse(json(valueOf(entry)))
  }
  return state
}

/**
 * Sets slices as something that the person did: one step, undone at once. Slices not named stay as they are; a value of
 * null is that of a new workspace. `what`: the step's name (frame.undo.what.<key>); null makes no step, for a story
 * that plays.
 */
export function applyState(values: Slices, options: { what?: string | null } = {}): void {
  flushSlices()
  const { what = 'view' } = options
  const before = new Map([...waiting].map(([name, value]) => [name, json(value)]))
  for (const [name, entry] of slices) before.set(name, entry.known)
  takeState(values)
  const changes: SliceChange[] = []
  for (const name of Object.keys(values)) {
    const entry = slices.get(name)
    const old = before.get(name) ?? 'null'
    const now = entry ? entry.known : json(values[name])
    if (old === now) continue
    const shared = entry?.definition.shared ?? false
    changes.push({ slice: name, shared, what, before: JSON.parse(old), after: JSON.parse(now) })
  }
  if (changes.length > 0) sink?.(changes)
}

/**
 * The innermost part of a JSON value that holds all that differs, as keys: 'draft.entities.hubCap'. `typed`: it was a text
 * and is another.
 */
function changedPart(before: unknown, after: unknown): { part: string; typed: boolean } {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null
  const typed = typeof before === 'string' && typeof after === 'string'
  if (!isObject(before) || !isObject(after)) return { part: '', typed }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const differ = keys.filter((key) => json(before[key]) !== json(after[key]))
  const [key] = differ
  if (differ.length !== 1 || key === undefined) return { part: '', typed }
  const inner = changedPart(before[key], after[key])
  return { part: inner.part === '' ? key : `${key}.${inner.part}`, typed: inner.typed }
}

/** Hands over what has changed and not settled yet. */
export function flushSlices(): void {
  record(() => true)
}

/**
 * Where changes go from now on; null: nowhere (no workspace is open). `watch` hears whether changes wait to become a
 * step.
 */
export function recordSlicesTo(
  next: ((changes: SliceChange[]) => void) | null,
  watch: ((waits: boolean) => void) | null = null,
): void {
  sink = next
  watcher?.(false)
  watcher = watch
  if (!next) for (const entry of slices.values()) entry.due = null
}

/** Notices when a person does something; returns what stops that. */
export function watchHands(target: Pick<Window, 'addEventListener' | 'removeEventListener'>): () => void {
  const noticed = () => (handsOn = true)
  const kinds = ['pointerdown', 'keydown', 'wheel', 'drop'] as const
  for (const kind of kinds) target.addEventListener(kind, noticed, { capture: true, passive: true })
  return () => {
    for (const kind of kinds) target.removeEventListener(kind, noticed, { capture: true })
  }
}
