import type { EdgeReason } from '../../../src-main/common/contract/accounts.ts'
import type { EdgeExplanation, PairThing, SharingCause } from '../../../src-main/common/contract/sharing.ts'
import type { MessageKey, T } from '../../ui/i18n/index.ts'

export interface Wording {
  t: T
  /** What a type of relation or thing is called. */
  typeName(type: string): string
  language: string
}

/** Things of one type are counted instead of named from this many on. */
const NAMED = 1
/** Ties that a sentence names; the list below it has the rest. */
const MOST_TIES = 4

const THINGS = ['device', 'ip', 'payment', 'invite_code', 'group'] as const
type ThingWord = (typeof THINGS)[number] | 'other'

/** Catalogue word for an entity type. */
export function thingWord(type: string): ThingWord {
  const lower = type.toLowerCase()
  if (lower === 'invite') return 'invite_code'
  return (THINGS as readonly string[]).includes(lower) ? (lower as ThingWord) : 'other'
}

export function thingName(thing: { type: string; key: string }, { t, typeName }: Wording): string {
  return t(`sharing.thing.${thingWord(thing.type)}.single`, {
    key: thing.key,
    type: typeName(thing.type),
  }).trim()
}

export const percentText = (share: number, language: string): string =>
  new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share)

/**
 * Why two accounts are joined, in one sentence, and what the shared things are likely to be. Everything comes from
 * codes and counts: the strongest ties first, a single thing by name, several of a type by their number.
 */
export function edgeSentence(
  explanation: EdgeExplanation,
  names: { a: string; b: string },
  wording: Wording,
): string | null {
  const { t } = wording
  const ties = tiesOf(explanation, wording)
  if (ties.length === 0) return null
  const sentence = t('sharing.edge.sentence', {
    ...names,
    ties: ties
      .slice(0, MOST_TIES)
      .map((tie) => tie.text)
      .join(t('sharing.edge.and')),
  })
  const looks = looksOf(explanation.things, wording)
  const weightless = explanation.reasons.length > 0 && explanation.reasons.every((r) => r.weight === 0)
  const rest = [...looks, ...(weightless ? [t('sharing.edge.noWeight')] : [])]
  return [sentence, ...rest].join(wording.language.startsWith('zh') ? '' : ' ')
}

interface Tie {
  weight: number
  text: string
}

function tiesOf({ reasons, things }: EdgeExplanation, wording: Wording): Tie[] {
  const ties: Tie[] = []
  if (things.length > 0) {
    ties.push({
      weight: things.reduce((sum, thing) => sum + thing.weight, 0),
      text: wording.t('sharing.edge.share', { things: shareList(things, wording) }),
    })
  }
  const others = new Map<string, EdgeReason[]>()
  for (const reason of reasons) {
    const kind = kindOf(reason)
    if (kind === 'sharing') continue
    // Meetings on several addresses are one tie; a relation has a tie for each type.
    const key =
      kind === 'relation' || kind === 'text' || kind === 'meeting' ? `${kind} ${reason.channel}` : kind
    others.set(key, [...(others.get(key) ?? []), reason])
  }
  for (const group of others.values()) {
    ties.push({ weight: group.reduce((sum, r) => sum + r.weight, 0), text: tieText(group, wording) })
  }
  return ties.sort((x, y) => y.weight - x.weight)
}

/** What sort of tie a reason is; by its channel where it doesn't say. */
export function kindOf(reason: EdgeReason): NonNullable<EdgeReason['kind']> {
  if (reason.kind !== undefined) return reason.kind
  const kind = reason.channel.split(':')[0]!
  if (kind === 'entity') return 'sharing'
  if (kind === 'event') return 'meeting'
  return kind === 'rhythm' || kind === 'text' ? kind : 'relation'
}

/** The verb phrase for reasons of one kind. */
function tieText(group: readonly EdgeReason[], { t, typeName, language }: Wording): string {
  const reason = group[0]!
  const times = group.reduce((sum, r) => sum + (r.times ?? 0), 0)
  const percent = percentText(reason.similarity ?? 0, language)
  const part = reason.channel.slice(reason.channel.indexOf(':') + 1)
  switch (kindOf(reason)) {
    case 'meeting':
      return t(part === 'device' ? 'sharing.edge.meetingDevice' : 'sharing.edge.meetingIp', {
        count: times,
        minutes: reason.minutes ?? 0,
      })
    case 'rhythm':
      return t('sharing.edge.rhythm', { count: times, percent })
    case 'text':
      return t(part === 'reports' ? 'sharing.edge.reports' : 'sharing.edge.profiles', { percent })
    default:
      return t('sharing.edge.relation', { type: typeName(part) })
  }
}

/** One reason on its own, for the list below the sentence; null for shared things and relations. */
export function reasonText(reason: EdgeReason, wording: Wording): string | null {
  const kind = kindOf(reason)
  return kind === 'sharing' || kind === 'relation' ? null : tieText([reason], wording)
}

/** "device D-7 (2 accounts, both on 3 days in March 2026) and 3 addresses" */
function shareList(things: readonly PairThing[], wording: Wording): string {
  const { t, typeName, language } = wording
  const byType = new Map<string, PairThing[]>()
  for (const thing of things) byType.set(thing.type, [...(byType.get(thing.type) ?? []), thing])
  const parts = [...byType].map(([type, group]) =>
    group.length > NAMED
      ? t(`sharing.thing.${thingWord(type)}.many`, { count: group.length, type: typeName(type) })
      : t('sharing.edge.withDetail', {
          thing: t(`sharing.thing.${thingWord(type)}.single`, { key: group[0]!.key, type: typeName(type) }),
          details: detailsOf(group[0]!, wording).join(t('sharing.edge.detailAnd')),
        }),
  )
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(parts)
}

/** How many use it, and how the two did in time where that is known. */
function detailsOf(pair: PairThing, { t, language }: Wording): string[] {
  const accounts = t('sharing.edge.accounts', { count: pair.accounts })
  if (pair.sameDays > 0) {
    const when = monthsText(pair.firstSameDay!, pair.lastSameDay!, language, t)
    return [accounts, t('sharing.edge.sameDays', { count: pair.sameDays, when })]
  }
  if (pair.overlap === null) return [accounts]
  return [accounts, t(pair.overlap ? 'sharing.edge.samePeriod' : 'sharing.edge.handedOver')]
}

/** "March 2026", or "March 2026 to May 2026"; days are UTC days. */
function monthsText(from: number, to: number, language: string, t: T): string {
  const format = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  const [first, last] = [format.format(from), format.format(to)]
  return first === last ? first : t('sharing.edge.range', { from: first, to: last })
}

/** What the shared things look like: one clause for each type and named cause, the most telling first. */
function looksOf(things: readonly PairThing[], { t, typeName }: Wording): string[] {
  const groups = new Map<string, PairThing[]>()
  for (const thing of things) {
    if (thing.cause === 'unknown') continue
    const key = `${thing.type}\n${thing.cause}`
    groups.set(key, [...(groups.get(key) ?? []), thing])
  }
  return [...groups.values()].slice(0, 3).map((group) => {
    const { type, cause } = group[0]!
    const ofType = things.filter((thing) => thing.type === type).length
    // "The addresses look …" only where all of them do; else their number is said.
    const word = thingWord(type)
    const values = { key: group[0]!.key, count: group.length, type: typeName(type) }
    if (group.length === 1)
      return t(looksKey('one', cause), { thing: t(`sharing.thing.${word}.this`, values) })
    return t(looksKey('many', cause), {
      thing: t(
        group.length === ofType ? `sharing.thing.${word}.these` : `sharing.thing.${word}.many`,
        values,
      ),
    })
  })
}

const looksKey = (number: 'one' | 'many', cause: SharingCause): MessageKey =>
  `sharing.looks.${number}.${cause as Exclude<SharingCause, 'unknown'>}`
