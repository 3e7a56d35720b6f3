import { create } from 'zustand'
import type { SavedRecipe } from '../../../src-main/common/contract/recipes.ts'
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../../src-main/common/recipe.ts'
import { api } from '../../client/api.ts'
import {
  editHistory,
  freshHistory,
  redoHistory,
  setAt,
  undoHistory,
  type History,
  type Path,
} from './draft.ts'
import type { ParamValues } from '../../ui/form/params.ts'

export const TABS = ['recipe', 'compare', 'detectors'] as const
export type Tab = (typeof TABS)[number]

/** Which detector runs with what. Parameters are kept per detector; null: the one the analysis uses. */
export interface DetectorChoice {
  detector: string | null
  params: Record<string, ParamValues>
  seed: number
}

/** What is remembered of this view in a workspace. */
interface Kept {
  draft: Recipe
  baseId: number | null
  tab: Tab
  chosen: number[]
  build: DetectorChoice
  detect: DetectorChoice & { stability: boolean }
  closed: string[]
}

interface DesignState extends Omit<Kept, 'draft'> {
  /** Workspace that this is of; null until it is read. */
  path: string | null
  history: History
  /** Settings whose field holds something that is no value; the draft keeps what was there before. */
  invalid: Record<Path, true>
  /** Rises when the draft is replaced as a whole, so that fields forget what was being typed. */
  turn: number
  edit(path: Path, value: unknown): void
  /** Takes another recipe as the draft; an undo brings the old one back. */
  load(recipe: Recipe, base: SavedRecipe | null): void
  setInvalid(path: Path, invalid: boolean): void
  undo(): void
  redo(): void
  put(part: Partial<Pick<DesignState, 'tab' | 'chosen' | 'build' | 'detect' | 'baseId' | 'closed'>>): void
}

const SETTING = 'design.v1'
const SAVE_AFTER_MS = 400
const FRESH: Omit<Kept, 'draft'> = {
  baseId: null,
  tab: 'recipe',
  chosen: [],
  build: { detector: null, params: {}, seed: 1 },
  detect: { detector: null, params: {}, seed: 1, stability: true },
  closed: ['cooccurrence', 'rhythm', 'texts'],
}

export const useDesign = create<DesignState>()((set, get) => {
  const go = (history: History) =>
    set((s) => (history === s.history ? s : { history, invalid: {}, turn: s.turn + 1 }))
  return {
    ...FRESH,
    path: null,
    history: freshHistory(DEFAULT_RECIPE),
    invalid: {},
    turn: 0,
    edit: (path, value) =>
      set((s) => ({
        history: editHistory(s.history, path, setAt(s.history.draft, path, value), Date.now()),
      })),
    load(recipe, base) {
      // A path of its own each time: loading is never one step with typing.
      go(editHistory({ ...get().history, last: null }, '', recipe, Date.now()))
      set({ baseId: base?.id ?? null })
    },
    setInvalid(path, invalid) {
      if (invalid === path in get().invalid) return
      const { [path]: _gone, ...rest } = get().invalid
      set({ invalid: invalid ? { ...rest, [path]: true } : rest })
    },
    undo: () => go(undoHistory(get().history)),
    redo: () => go(redoHistory(get().history)),
    put: (part) => set(part),
  }
})

const keptOf = (s: DesignState): Kept => ({
  draft: s.history.draft,
  baseId: s.baseId,
  tab: s.tab,
  chosen: s.chosen,
  build: s.build,
  detect: s.detect,
  closed: s.closed,
})

/** What was remembered, as far as it still makes sense; anything else is as new. */
export function readKept(value: unknown): Kept {
  const kept = (typeof value === 'object' && value !== null ? value : {}) as Partial<Kept>
  const recipe = recipeSchema.safeParse(kept.draft ?? {})
  const choice = <C extends DetectorChoice>(fresh: C, saved: unknown): C => {
    const s = (typeof saved === 'object' && saved !== null ? saved : {}) as Partial<C>
    return {
      ...fresh,
      ...((typeof s.detector === 'string' || s.detector === null) && { detector: s.detector }),
      ...(typeof s.params === 'object' && s.params !== null && { params: s.params }),
      ...(Number.isInteger(s.seed) && { seed: s.seed }),
    }
  }
  return {
    draft: recipe.success ? recipe.data : DEFAULT_RECIPE,
    baseId: typeof kept.baseId === 'number' ? kept.baseId : null,
    tab: TABS.find((tab) => tab === kept.tab) ?? 'recipe',
    chosen: Array.isArray(kept.chosen) ? kept.chosen.filter((id) => Number.isInteger(id)).slice(0, 6) : [],
    build: choice(FRESH.build, kept.build),
    detect: {
      ...choice(FRESH.detect, kept.detect),
      ...(typeof kept.detect?.stability === 'boolean' && { stability: kept.detect.stability }),
    },
    closed: Array.isArray(kept.closed) ? kept.closed.filter((id) => typeof id === 'string') : FRESH.closed,
  }
}

/** Reads what was remembered of a workspace and keeps it up to date; returns what stops that. */
export function followWorkspace(path: string): () => void {
  let live = true
  let timer: ReturnType<typeof setTimeout> | undefined
  let saved = ''
  const save = () => {
    clearTimeout(timer)
    timer = undefined
    const s = useDesign.getState()
    const value = keptOf(s)
    const text = JSON.stringify(value)
    if (s.path !== path || text === saved) return
    saved = text
    api.call('settings.set', { key: SETTING, value }).catch(() => {})
  }
  const start = (kept: Kept) => {
    if (!live) return
    const { draft, ...rest } = kept
    useDesign.setState((s) => ({
      ...rest,
      path,
      history: freshHistory(draft),
      invalid: {},
      turn: s.turn + 1,
    }))
    saved = JSON.stringify(keptOf(useDesign.getState()))
  }
  if (useDesign.getState().path !== path) {
    useDesign.setState({ path: null })
    api.call('settings.get', { key: SETTING }).then(
      (value) => start(readKept(value)),
      () => start(readKept(null)),
    )
  } else saved = JSON.stringify(keptOf(useDesign.getState()))
  const off = useDesign.subscribe(() => {
    if (useDesign.getState().path !== path) return
    clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  })
  window.addEventListener('pagehide', save)
  return () => {
    live = false
    off()
    window.removeEventListener('pagehide', save)
    if (timer !== undefined) save()
  }
}
