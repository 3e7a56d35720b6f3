import type { Recipe } from '../../../src-main/common/recipe.ts'
import type { Path } from './draft.ts'

interface Base {
  path: Path
  /** Where it does nothing, its control is off; always on unless told. */
  when?: (recipe: Recipe) => boolean
  /** Not even shown where it does nothing. */
  hides?: boolean
}
export interface NumberSetting extends Base {
  kind: 'number'
  integer?: boolean
  min: number
  /** True: `min` itself is not allowed. */
  above?: boolean
  max?: number
  /** What an arrow key adds. */
  step: number
  unit?: 'minutes' | 'hours' | 'days' | 'accounts' | 'characters'
  /** It may be null; this is what it becomes when it is switched on. */
  nullable?: number
}
export interface ChoiceSetting extends Base {
  kind: 'choice'
  choices: readonly string[]
}
export interface FlagSetting extends Base {
  kind: 'flag'
}
export interface SetSetting extends Base {
  kind: 'set'
  choices: readonly string[]
}
/** Settings with a control of their own: which types with which weights, and the time window. */
export interface TypesSetting extends Base {
  kind: 'types'
  /** Other settings that the same control edits. */
  also: Path[]
}
export interface WindowSetting extends Base {
  kind: 'window'
}
export type Setting = NumberSetting | ChoiceSetting | FlagSetting | SetSetting | TypesSetting | WindowSetting

export const SECTION_IDS = [
  'relations',
  'entities',
  'cooccurrence',
  'rhythm',
  'texts',
  'hubs',
  'time',
  'evidence',
] as const
export type SectionId = (typeof SECTION_IDS)[number]
export interface SectionInfo {
  id: SectionId
  settings: Setting[]
}

const usesRelations = (r: Recipe) => r.relations.types === null || r.relations.types.length > 0
const usesEntities = (r: Recipe) => r.entities.types === null || r.entities.types.length > 0
const usesMeetings = (r: Recipe) => r.cooccurrence.on.length > 0
const usesRhythm = (r: Recipe) => r.rhythm.use
const usesTexts = (r: Recipe) => r.texts.of.length > 0

const weight = (path: Path, when: (recipe: Recipe) => boolean): NumberSetting => ({
  path,
  kind: 'number',
  min: 0,
  above: true,
  step: 0.1,
  when,
})

/** Every setting of a recipe with its limits, as the form shows them. Held to the schema by a test. */
export const SECTIONS: readonly SectionInfo[] = [
  {
    id: 'relations',
    settings: [
      { path: 'relations.types', kind: 'types', also: ['relations.byType'] },
      weight('relations.weight', usesRelations),
      {
        path: 'relations.damping',
        kind: 'choice',
        choices: ['log', 'sqrt', 'none', 'binary'],
        when: usesRelations,
      },
      { path: 'relations.direction', kind: 'choice', choices: ['any', 'mutual'], when: usesRelations },
    ],
  },
  {
    id: 'entities',
    settings: [
      { path: 'entities.types', kind: 'types', also: ['entities.byType'] },
      weight('entities.weight', usesEntities),
      {
        path: 'entities.rarity',
        kind: 'choice',
        choices: ['newman', 'resource', 'adamic_adar', 'idf', 'none'],
        when: usesEntities,
      },
      { path: 'entities.discountInnocent', kind: 'flag', when: usesEntities },
    ],
  },
  {
    id: 'cooccurrence',
    settings: [
      { path: 'cooccurrence.on', kind: 'set', choices: ['ip', 'device'] },
      {
        path: 'cooccurrence.windowMinutes',
        kind: 'number',
        min: 0,
        above: true,
        max: 1440,
        step: 1,
        unit: 'minutes',
        when: usesMeetings,
      },
      {
        path: 'cooccurrence.minTimes',
        kind: 'number',
        integer: true,
        min: 1,
        step: 1,
        when: usesMeetings,
      },
      weight('cooccurrence.weight', usesMeetings),
    ],
  },
  {
    id: 'rhythm',
    settings: [
      { path: 'rhythm.use', kind: 'flag' },
      {
        path: 'rhythm.binMinutes',
        kind: 'number',
        integer: true,
        min: 1,
        max: 1440,
        step: 15,
        unit: 'minutes',
        when: usesRhythm,
      },
      { path: 'rhythm.minEvents', kind: 'number', integer: true, min: 3, step: 1, when: usesRhythm },
      { path: 'rhythm.minSimilarity', kind: 'number', min: 0, max: 1, step: 0.05, when: usesRhythm },
      {
        path: 'rhythm.neighbours',
        kind: 'number',
        integer: true,
        min: 1,
        max: 50,
        step: 1,
        unit: 'accounts',
        when: usesRhythm,
      },
      weight('rhythm.weight', usesRhythm),
    ],
  },
  {
    id: 'texts',
    settings: [
      { path: 'texts.of', kind: 'set', choices: ['reports', 'profiles'] },
      { path: 'texts.minSimilarity', kind: 'number', min: 0.3, max: 1, step: 0.05, when: usesTexts },
      {
        path: 'texts.minLength',
        kind: 'number',
        integer: true,
        min: 5,
        step: 5,
        unit: 'characters',
        when: usesTexts,
      },
      weight('texts.weight', usesTexts),
    ],
  },
  {
    id: 'hubs',
    settings: [
      {
        path: 'entities.hubCap',
        kind: 'number',
        integer: true,
        min: 2,
        step: 10,
        unit: 'accounts',
        when: usesEntities,
      },
      {
        path: 'entities.hub',
        kind: 'choice',
        choices: ['drop', 'split', 'nearest'],
        when: usesEntities,
      },
      {
        path: 'entities.splitHours',
        kind: 'number',
        min: 0,
        above: true,
        max: 8784,
        step: 1,
        unit: 'hours',
        when: (r) => usesEntities(r) && r.entities.hub === 'split',
        hides: true,
      },
      {
        path: 'entities.nearest',
        kind: 'number',
        integer: true,
        min: 1,
        max: 50,
        step: 1,
        unit: 'accounts',
        when: (r) => usesEntities(r) && r.entities.hub === 'nearest',
        hides: true,
      },
      {
        path: 'relations.hubCap',
        kind: 'number',
        integer: true,
        min: 2,
        step: 10,
        unit: 'accounts',
        nullable: 1000,
        when: usesRelations,
      },
      {
        path: 'cooccurrence.hubCap',
        kind: 'number',
        integer: true,
        min: 2,
        step: 10,
        unit: 'accounts',
        when: usesMeetings,
      },
      {
        path: 'texts.hubCap',
        kind: 'number',
        integer: true,
        min: 2,
        step: 10,
        unit: 'accounts',
        when: usesTexts,
      },
    ],
  },
  {
    id: 'time',
    settings: [
      { path: 'window', kind: 'window' },
      {
        path: 'decayHalfLifeDays',
        kind: 'number',
        min: 0,
        above: true,
        step: 10,
        unit: 'days',
        nullable: 90,
      },
    ],
  },
  {
    id: 'evidence',
    settings: [
      {
        path: 'entities.minShared',
        kind: 'number',
        integer: true,
        min: 1,
        step: 1,
        when: usesEntities,
      },
      { path: 'minEvidence', kind: 'number', integer: true, min: 1, step: 1 },
      { path: 'maxWeight', kind: 'number', min: 0, above: true, step: 1, nullable: 10 },
    ],
  },
]

/** The settings that a section's controls edit. */
export function pathsOf(section: SectionInfo): Path[] {
  return section.settings.flatMap((s) => [s.path, ...(s.kind === 'types' ? s.also : [])])
}
