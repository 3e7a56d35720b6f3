import { isSaid, SELECTION_ORDER, type WordNames } from '../../src-main/common/ask/words.ts'
import type { AccountSet } from '../../src-main/common/contract/sets.ts'
import type { Selection } from '../../src-main/common/contract/selection.ts'
import type { SelectionPart } from '../state/selection.ts'
import { communityName, formatNumber, formatScore, formatSpan } from '../ui/format.ts'
import type { T } from '../ui/i18n/index.ts'

export interface Words {
  part: SelectionPart
  name: string
  value: string
}
export interface WordOptions {
  language: string
  names: WordNames
  /** The sets that the selection refers to, as far as they are known yet. */
  sets: readonly AccountSet[]
}

const SHOWN = 3

/** The selection as chips: one name and value for each part, in the order in which it is said. */
export function selectionWords(selection: Selection, t: T, options: WordOptions): Words[] {
  return SELECTION_ORDER.filter((part) => isSaid(selection, part)).map((part) => ({
    part,
    ...(SAY[part] as Say<SelectionPart>)(selection[part] as never, t, options),
  }))
}

type Say<K extends SelectionPart> = (
  value: NonNullable<Selection[K]>,
  t: T,
  options: WordOptions,
) => Omit<Words, 'part'>

function list(items: readonly string[], t: T, language: string): string {
  const comma = language === 'zh-CN' ? '、' : ', '
  if (items.length <= SHOWN) return items.join(comma)
  return t('frame.selection.andMore', {
    list: items.slice(0, SHOWN).join(comma),
    count: language === 'zh-CN' ? items.length : items.length - SHOWN,
  })
}
/** Spans are half-open: the last instant is the one before `to`. */
const span = ({ from, to }: { from: number; to: number }, { language, names }: WordOptions) =>
  formatSpan(from, Math.max(from, to - 1), names.zoneMinutes, language)
const number = (n: number, { language }: WordOptions) => formatNumber(n, language)

/** How a set came about, and how many accounts it holds. */
export function setWords(set: AccountSet, t: T, options: WordOptions): string {
  return t(`selection.set.${set.origin.kind}`, { count: set.accounts, n: number(set.accounts, options) })
}
function setsValue(ids: readonly number[], t: T, options: WordOptions): string {
  const known = ids.flatMap((id) => options.sets.find((set) => set.id === id) ?? [])
  if (known.length < ids.length) return number(ids.length, options)
  return list(
    known.map((set) => setWords(set, t, options)),
    t,
    options.language,
  )
}

const SAY: { [K in SelectionPart]-?: Say<K> } = {
  communities: (ids, t, { language }) => ({
    name: t('frame.selection.communities'),
    value: list(ids.map(communityName), t, language),
  }),
  accounts: (ids, t, options) => ({
    name: t(ids.length === 1 ? 'frame.selection.account' : 'frame.selection.accounts'),
    value: ids.length === 1 ? (options.names.account(ids[0]!) ?? '…') : number(ids.length, options),
  }),
  time: (value, t, options) => ({ name: t('frame.selection.time'), value: span(value, options) }),
  registered: (value, t, options) => ({ name: t('frame.selection.registered'), value: span(value, options) }),
  risk: ({ min, max }, t) => ({
    name: t('frame.selection.risk'),
    value: max >= 1 ? `≥ ${formatScore(min)}` : `${formatScore(min)}–${formatScore(max)}`,
  }),
  text: (text, t) => ({ name: t('frame.selection.text'), value: `“${text}”` }),
  reportClasses: (classes, t, { language, names }) => ({
    name: t('frame.selection.reportClasses'),
    value: list(
      classes.map((c) => names.word('class', c)),
      t,
      language,
    ),
  }),
  verdicts: (verdicts, t, { language }) => ({
    name: t('frame.selection.verdicts'),
    value: list(
      verdicts.map((v) => t(`common.verdict.${v}`)),
      t,
      language,
    ),
  }),
  labels: (labels, t, { language, names }) => ({
    name: t('frame.selection.labels'),
    value: list(
      labels.map((l) => names.word('label', l)),
      t,
      language,
    ),
  }),
  sets: (ids, t, options) => ({ name: t('selection.name.sets'), value: setsValue(ids, t, options) }),
  withoutSets: (ids, t, options) => ({
    name: t('selection.name.withoutSets'),
    value: setsValue(ids, t, options),
  }),
  entities: (ids, t, options) => {
    const known = ids.map((id) => options.names.entity(id))
    return {
      name: t('selection.name.entities'),
      value: known.every((name) => name !== null)
        ? list(known as string[], t, options.language)
        : t('selection.things', { count: ids.length, n: number(ids.length, options) }),
    }
  },
  sharing: ({ type, atLeast }, t, options) => ({
    name: t('selection.name.sharing'),
    value: t('selection.sharing', {
      count: atLeast,
      n: number(atLeast, options),
      what: type === null ? t('selection.thing') : options.names.thing(type),
    }),
  }),
  attributes: (wanted, t, options) => ({
    name: t('selection.name.attributes'),
    value: list(
      wanted.map(({ name, values, min, max }) => {
        const said = [
          ...(values ?? []),
          ...(min !== undefined && max !== undefined ? [`${min}–${max}`] : []),
          ...(min !== undefined && max === undefined ? [`≥ ${min}`] : []),
          ...(max !== undefined && min === undefined ? [`≤ ${max}`] : []),
        ]
        return said.length === 0 ? name : `${name} ${list(said, t, options.language)}`
      }),
      t,
      options.language,
    ),
  }),
  tags: (tags, t, { language }) => ({
    name: t('selection.name.tags'),
    value: list(
      tags.map((tag) => `#${tag}`),
      t,
      language,
    ),
  }),
  anomalies: (ids, t, options) => ({
    name: t('selection.name.anomalies'),
    value: t('selection.anomalies', { count: ids.length, n: number(ids.length, options) }),
  }),
}
