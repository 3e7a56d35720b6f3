import type { Selection } from '../contract/selection.ts'
import type { AskLanguage, Grammar, Segment, SelectionPart, WordNames } from './grammar.ts'
import type { Ask, AskPart } from './parts.ts'
import { english } from './words-en.ts'
import { chinese } from './words-zh.ts'

export type { AskField, AskLanguage, Segment, SelectionPart, WordNames } from './grammar.ts'

const GRAMMARS: Record<AskLanguage, Grammar> = { en: english, 'zh-CN': chinese }
export const grammarOf = (language: string): Grammar => GRAMMARS[language as AskLanguage] ?? english

/** The order in which a selection is said: who and where, what they are held for, when, what they share. */
export const SELECTION_ORDER: readonly SelectionPart[] = [
  'communities',
  'accounts',
  'sets',
  'registered',
  'time',
  'risk',
  'labels',
  'verdicts',
  'tags',
  'reportClasses',
  'text',
  'entities',
  'sharing',
  'attributes',
  'anomalies',
  'withoutSets',
]

/** Whether a part of a selection says something. */
export function isSaid(selection: Selection, part: SelectionPart): boolean {
  const value = selection[part]
  return value !== undefined && value !== '' && !(part === 'attributes' && (value as unknown[]).length === 0)
}

/** A selection's parts as modifiers of "accounts", in one order. */
export function selectionModifiers(
  selection: Selection,
  language: string,
  names: WordNames,
): { part: SelectionPart; text: string }[] {
  const { modifiers } = grammarOf(language)
  return SELECTION_ORDER.filter((part) => isSaid(selection, part)).map((part) => ({
    part,
    text: (modifiers[part] as (value: unknown, names: WordNames) => string)(selection[part], names),
  }))
}

/** "1,204 accounts in 3 communities, registered 2–5 Mar 2026 (UTC+08:00)"; null: not counted. */
export function selectionSentence(
  selection: Selection,
  counts: { accounts: number; communities: number } | null,
  language: string,
  names: WordNames,
): string {
  return grammarOf(language).selection(
    counts?.accounts ?? null,
    counts?.communities ?? null,
    selectionModifiers(selection, language, names).map((m) => m.text),
  )
}

/** A part's sentence in pieces; each that can be changed names its field. The subject is "accounts that". */
export function partSegments(part: AskPart, language: string, names: WordNames): Segment[] {
  const grammar = grammarOf(language)
  const other =
    'with' in part
      ? grammar.other(
          selectionModifiers(part.with, language, names).map((m) => m.text),
          part.times,
        )
      : ''
  return grammar.part(part, other, names)
}

export const partWords = (part: AskPart, language: string, names: WordNames): string =>
  partSegments(part, language, names)
    .map((segment) => segment.text)
    .join('')

/** The whole question as one sentence. */
export function askWords(ask: Ask, language: string, names: WordNames): string {
  return grammarOf(language).question(
    selectionModifiers(ask.who, language, names).map((m) => m.text),
    ask.parts.map((part) => partWords(part, language, names)),
    ask.match,
  )
}
