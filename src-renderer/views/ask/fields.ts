import type { AskField } from '../../../src-main/common/ask/words.ts'
import type { AskPart } from '../../../src-main/common/ask/parts.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'

/** A setting that a part may have and need not: what a person adds by "and". */
export interface Extra {
  field: AskField
  /** The part with the setting, as it begins. */
  add(part: AskPart): AskPart
}

type Paired = Extract<AskPart, { with: unknown }>
const withPair = (
  field: 'registeredWithin' | 'activeWithin' | 'sameCommunity',
  value: number | boolean,
): Extra => ({
  field,
  add: (part) => ({ ...(part as Paired), pair: { ...(part as Paired).pair, [field]: value } }),
})
const put = (field: AskField, settings: object): Extra => ({
  field,
  add: (part) => ({ ...part, ...settings }) as AskPart,
})

/** What can be added to a part that it does not say yet, of what the workspace has. */
export function extrasOf(
  part: AskPart,
  vocabulary: AskVocabulary,
  span: { from: number; to: number } | null,
): Extra[] {
  const missing = (extra: Extra | false | null | undefined): extra is Extra =>
    !!extra && !hasField(part, extra.field)
  if (part.kind === 'event') {
    return [
      vocabulary.outcomes.length > 0 && put('outcome', { outcome: failing(vocabulary.outcomes) }),
      vocabulary.contexts.length > 0 && put('context', { context: vocabulary.contexts[0] }),
      vocabulary.countries.length > 0 && put('country', { country: vocabulary.countries[0] }),
      span && put('span', { from: span.from, to: span.to }),
      put('hours', { hours: { from: 0, to: 6 } }),
      put('within', { within: 10, times: Math.max(2, part.times) }),
    ].filter(missing)
  }
  if (part.kind === 'reported') {
    return [
      vocabulary.reportClasses.length > 0 && put('class', { class: vocabulary.reportClasses[0] }),
    ].filter(missing)
  }
  const shared = vocabulary.attributes.find((a) => a.kind === 'category')
  return [
    part.kind === 'shares' && put('atMost', { atMost: 20 }),
    part.kind !== 'registered_near' && withPair('registeredWithin', 60),
    (vocabulary.eventKinds.length > 0 || part.kind === 'shares') && withPair('activeWithin', 60),
    withPair('sameCommunity', true),
    shared && {
      field: 'sameAttributes' as const,
      add: (p: AskPart) => ({
        ...(p as Paired),
        pair: { ...(p as Paired).pair, sameAttributes: [shared.name] },
      }),
    },
  ].filter(missing)
}

const failing = (outcomes: string[]) => outcomes.find((o) => /fail|失败/i.test(o)) ?? outcomes[0]!

/** Whether a part says this setting now. */
export function hasField(part: AskPart, field: AskField): boolean {
  switch (field) {
    case 'registeredWithin':
    case 'activeWithin':
    case 'sameCommunity':
    case 'sameAttributes': {
      const value = 'pair' in part ? part.pair[field] : undefined
      return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
    }
    case 'span':
      return part.kind === 'event' && (part.from !== null || part.to !== null)
    case 'class':
      return part.kind === 'reported' && part.class !== null
    case 'text':
      return part.kind === 'reported' && part.text !== ''
    case 'atMost':
      return part.kind === 'shares' && part.atMost !== null
    case 'outcome':
    case 'context':
    case 'country':
    case 'hours':
    case 'within':
      return part.kind === 'event' && part[field] !== null
    default:
      return true
  }
}

/** The part without the setting; null where it cannot do without. */
export function withoutField(part: AskPart, field: AskField): AskPart | null {
  switch (field) {
    case 'registeredWithin':
    case 'activeWithin':
    case 'sameCommunity':
    case 'sameAttributes': {
      if (!('pair' in part)) return null
      const { [field]: _gone, ...pair } = part.pair
      return { ...part, pair }
    }
    case 'span':
      return { ...part, from: null, to: null } as AskPart
    case 'text':
      return { ...part, text: '' } as AskPart
    case 'atMost':
    case 'outcome':
    case 'context':
    case 'country':
    case 'hours':
    case 'within':
    case 'class':
      return { ...part, [field]: null } as AskPart
    default:
      return null
  }
}
