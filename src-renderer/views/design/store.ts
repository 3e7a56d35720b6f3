import { create } from 'zustand'
import type { SavedRecipe } from '../../../src-main/common/contract/recipes.ts'
import { DEFAULT_RECIPE, recipeSchema, type Recipe } from '../../../src-main/common/recipe.ts'
import { slice } from '../../state/slices.ts'
import { sameDesign, setAt, type Path } from './draft.ts'
import type { ParamValues } from '../../ui/form/params.ts'

export const TABS = ['recipe', 'compare', 'detectors'] as const
export type Tab = (typeof TABS)[number]

/** Which detector runs with what. Parameters are kept per detector; null: the one the analysis uses. */
export interface DetectorChoice {
  detector: string | null
  params: Record<string, ParamValues>
  seed: number
}

/** What is designed here, and with what it is built. */
interface Drafted {
  draft: Recipe
  /** The saved recipe that the draft came from. */
  baseId: number | null
  build: DetectorChoice
  detect: DetectorChoice & { stability: boolean }
}
/** What of it is on the screen. */
interface Shown {
  tab: Tab
  chosen: number[]
  closed: string[]
}

interface DesignState extends Drafted, Shown {
  /** Settings whose field holds something that is no value; the draft keeps what was there before. */
  invalid: Record<Path, true>
  /** Rises when the draft is replaced as a whole, so that fields forget what was being typed. */
  turn: number
  edit(path: Path, value: unknown): void
  /** Takes another recipe as the draft. */
  load(recipe: Recipe, base: SavedRecipe | null): void
  setInvalid(path: Path, invalid: boolean): void
  put(part: Partial<Shown & Omit<Drafted, 'draft'>>): void
}

const FRESH: Drafted & Shown = {
  draft: DEFAULT_RECIPE,
  baseId: null,
  build: { detector: null, params: {}, seed: 1 },
  detect: { detector: null, params: {}, seed: 1, stability: true },
  tab: 'recipe',
  chosen: [],
  closed: ['cooccurrence', 'rhythm', 'texts'],
}

export const useDesign = create<DesignState>()((set, get) => ({
  ...FRESH,
  invalid: {},
  turn: 0,
  edit: (path, value) =>
    set((s) => {
      const draft = setAt(s.draft, path, value)
      return draft.name === s.draft.name && sameDesign(draft, s.draft) ? s : { draft }
    }),
  load: (draft, base) => set((s) => ({ draft, baseId: base?.id ?? null, invalid: {}, turn: s.turn + 1 })),
  setInvalid(path, invalid) {
    if (invalid === path in get().invalid) return
    const { [path]: _gone, ...rest } = get().invalid
    set({ invalid: invalid ? { ...rest, [path]: true } : rest })
  },
  put: (part) => set(part),
}))

const objectOf = <T>(value: unknown) =>
  (typeof value === 'object' && value !== null ? value : {}) as Partial<T>

/** The draft that was kept, as far as it still makes sense; anything else is as new. */
export function readDrafted(value: unknown): Drafted {
  const kept = objectOf<Drafted>(value)
  const recipe = recipeSchema.safeParse(kept.draft ?? {})
  const choice = <C extends DetectorChoice>(fresh: C, saved: unknown): C => {
    const s = objectOf<C>(saved)
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
    build: choice(FRESH.build, kept.build),
    detect: {
      ...choice(FRESH.detect, kept.detect),
      ...(typeof kept.detect?.stability === 'boolean' && { stability: kept.detect.stability }),
    },
  }
}

/** What was on the screen, as far as it still makes sense. */
export function readShown(value: unknown): Shown {
  const kept = objectOf<Shown>(value)
  return {
    tab: TABS.find((tab) => tab === kept.tab) ?? FRESH.tab,
    chosen: Array.isArray(kept.chosen) ? kept.chosen.filter((id) => Number.isInteger(id)).slice(0, 6) : [],
    closed: Array.isArray(kept.closed) ? kept.closed.filter((id) => typeof id === 'string') : FRESH.closed,
  }
}

/** The draft's slice: "undo" in the form turns back this one alone. */
export const DRAFT_SLICE = 'design-draft'
slice<DesignState, Drafted>({
  name: DRAFT_SLICE,
  store: useDesign,
  pick: ({ draft, baseId, build, detect }) => ({ draft, baseId, build, detect }),
  apply: (value) => useDesign.setState((s) => ({ ...readDrafted(value), invalid: {}, turn: s.turn + 1 })),
  // A save names what the draft came from: nothing that an undo could take back.
  what: ({ baseId: _a, ...before }, { baseId: _b, ...after }) =>
    JSON.stringify(before) === JSON.stringify(after) ? null : 'draft',
  settleMs: 600,
  byPart: true,
  inViews: false,
})
slice<DesignState, Shown>({
  name: 'design',
  store: useDesign,
  pick: ({ tab, chosen, closed }) => ({ tab, chosen, closed }),
  apply: (value) => useDesign.setState(readShown(value)),
  what: () => 'design',
})
