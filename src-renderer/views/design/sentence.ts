import type { Recipe } from '../../../src-main/common/recipe.ts'
import { formatNumber, formatSpan } from '../../ui/format.ts'
import type { T } from '../../ui/i18n/index.ts'

export interface SentenceOptions {
  language: string
  zoneMinutes: number
  /** What a relation or entity type is called. */
  typeName(type: string): string
}

/** The whole recipe in plain language, as sentences: what joins, what does not, what counts more, what fades. */
export function recipeSentences(recipe: Recipe, t: T, options: SentenceOptions): string[] {
  const { language } = options
  const n = (value: number) => formatNumber(value, language, Number.isInteger(value) ? 0 : decimals(value))
  const or = (items: string[]) => new Intl.ListFormat(language, { type: 'disjunction' }).format(items)
  const ways = joiningWays(recipe, t, { ...options, n, or })
  if (ways.length === 0) return [t('design.sentence.nobody')]
  const out = [t('design.sentence.joins', { list: or(ways) })]
  const { relations, entities } = recipe
  const related = usedOf(relations.types)
  const shared = usedOf(entities.types)

  if (shared) {
    const { hub, hubCap, splitHours, nearest } = entities
    out.push(
      t(`design.sentence.hub.${hub}`, {
        cap: n(hubCap),
        hours: n(splitHours),
        count: nearest,
        n: n(nearest),
      }),
    )
  }
  if (related && relations.hubCap !== null)
    out.push(t('design.sentence.relationHub', { cap: n(relations.hubCap) }))
  if (related && relations.direction === 'mutual') out.push(t('design.sentence.mutual'))

  const weights = weightWords(recipe, t, { ...options, n })
  if (weights.length > 0)
    out.push(
      t('design.sentence.weights', {
        list: new Intl.ListFormat(language, { type: 'conjunction' }).format(weights),
      }),
    )
  if (related && relations.damping !== 'log') out.push(t(`design.sentence.damping.${relations.damping}`))
  if (shared && entities.rarity !== 'newman') out.push(t(`design.sentence.rarity.${entities.rarity}`))
  if (shared && entities.discountInnocent) out.push(t('design.sentence.discount'))

  if (shared && entities.minShared > 1)
    out.push(t('design.sentence.minShared', { count: entities.minShared, n: n(entities.minShared) }))
  if (recipe.minEvidence > 1)
    out.push(t('design.sentence.minEvidence', { count: recipe.minEvidence, n: n(recipe.minEvidence) }))
  if (recipe.maxWeight !== null) out.push(t('design.sentence.maxWeight', { n: n(recipe.maxWeight) }))
  if (recipe.window) {
    const { from, to } = recipe.window
    // Half-open: the last instant is the one before `to`.
    const span = formatSpan(from, Math.max(from, to - 1), options.zoneMinutes, language)
    out.push(t('design.sentence.window', { span }))
  }
  out.push(
    recipe.decayHalfLifeDays === null
      ? t('design.sentence.noDecay')
      : t('design.sentence.decay', { count: recipe.decayHalfLifeDays, n: n(recipe.decayHalfLifeDays) }),
  )
  return out.map((words) => spaced(words.slice(0, 1).toLocaleUpperCase(language) + words.slice(1)))
}

/** Chinese text with a space before Latin letters that a name brought along: 同一 IP 地址. */
export function spaced(text: string): string {
  return text.replaceAll(/(\p{Script=Han})([A-Za-z])/gu, '$1 $2')
}

const usedOf = (types: string[] | null) => types === null || types.length > 0

/** Enough digits to tell the value, at most three. */
function decimals(value: number): number {
  for (const digits of [1, 2]) if (Math.abs(value - Number(value.toFixed(digits))) < 1e-9) return digits
  return 3
}

interface Words extends SentenceOptions {
  n(value: number): string
}

function joiningWays(recipe: Recipe, t: T, words: Words & { or(items: string[]): string }): string[] {
  const { relations, entities, cooccurrence, rhythm, texts } = recipe
  const types = (list: string[]) => words.or([...new Set(list.map((type) => words.typeName(type)))])
  const ways: string[] = []
  if (relations.types === null) ways.push(t('design.sentence.relationsAll'))
  else if (relations.types.length > 0)
    ways.push(t('design.sentence.relationsSome', { types: types(relations.types) }))
  if (entities.types === null) ways.push(t('design.sentence.entitiesAll'))
  else if (entities.types.length > 0)
    ways.push(t('design.sentence.entitiesSome', { types: types(entities.types) }))
  if (cooccurrence.on.length > 0)
    ways.push(
      t('design.sentence.cooccurrence', {
        things: types(cooccurrence.on),
        minutes: words.n(cooccurrence.windowMinutes),
        count: cooccurrence.minTimes,
        times: words.n(cooccurrence.minTimes),
      }),
    )
  if (rhythm.use) ways.push(t('design.sentence.rhythm'))
  for (const part of texts.of) ways.push(t(`design.sentence.texts.${part}`))
  return ways
}

/** What counts more or less than it would untouched: whole sections first, then single types. */
function weightWords(recipe: Recipe, t: T, words: Words): string[] {
  const out: string[] = []
  const add = (what: string, weight: number) => {
    if (weight === 1) return
    const factor =
      weight === 0.5
        ? t('design.sentence.half')
        : weight === 2
          ? t('design.sentence.double')
          : t('design.sentence.times', { n: words.n(weight) })
    out.push(t('design.sentence.counts', { what, factor }))
  }
  if (usedOf(recipe.relations.types)) add(t('design.sentence.part.relations'), recipe.relations.weight)
  if (usedOf(recipe.entities.types)) add(t('design.sentence.part.entities'), recipe.entities.weight)
  if (recipe.cooccurrence.on.length > 0)
    add(t('design.sentence.part.cooccurrence'), recipe.cooccurrence.weight)
  if (recipe.rhythm.use) add(t('design.sentence.part.rhythm'), recipe.rhythm.weight)
  if (recipe.texts.of.length > 0) add(t('design.sentence.part.texts'), recipe.texts.weight)
  for (const section of [recipe.relations, recipe.entities]) {
    for (const [type, weight] of Object.entries(section.byType)) {
      if (section.types === null || section.types.includes(type)) add(words.typeName(type), weight)
    }
  }
  return out
}
