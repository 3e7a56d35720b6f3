import {
  communityText,
  durationParts,
  hourText,
  number,
  present,
  score,
  spanWords,
  type Grammar,
  type Segment,
  type WordNames,
} from './grammar.ts'
import type { AskPart } from './parts.ts'

const n = (value: number) => number(value, 'en')
const list = (items: string[], type: 'conjunction' | 'disjunction' = 'disjunction') =>
  items.length > 4
    ? `${items.slice(0, 3).join(', ')} or ${n(items.length - 3)} more`
    : new Intl.ListFormat('en', { type }).format(items)
const article = (noun: string) => `${/^[aeio]|^u(?!s|n(i|c))|^IP/i.test(noun) ? 'an' : 'a'} ${noun}`
const plural = (count: number, one: string, more = `${one}s`) => `${n(count)} ${count === 1 ? one : more}`

function duration(minutes: number): string {
  const { n: count, unit } = durationParts(minutes)
  return plural(count, unit)
}

const modifiers: Grammar['modifiers'] = {
  communities: (ids) => `in ${list(ids.map(communityText))}`,
  accounts: (ids, names) => {
    const known = ids.map((id) => names.account(id))
    return ids.length <= 3 && known.every((name) => name !== null)
      ? `named ${list(known as string[])}`
      : `among ${plural(ids.length, 'chosen account')}`
  },
  time: (span, names) => `active ${spanWords(span, names.zoneMinutes, 'en')}`,
  registered: (span, names) => `registered ${spanWords(span, names.zoneMinutes, 'en')}`,
  risk: ({ min, max }) =>
    max >= 1
      ? `with a risk of at least ${score(min)}`
      : min <= 0
        ? `with a risk of at most ${score(max)}`
        : `with a risk of ${score(min)} to ${score(max)}`,
  text: (text) => `with reports that say “${text}”`,
  reportClasses: (classes, names) => `reported for ${list(classes.map((c) => names.word('class', c)))}`,
  verdicts: (verdicts, names) => `judged ${list(verdicts.map((v) => names.word('verdict', v)))}`,
  labels: (labels, names) => `labelled ${list(labels.map((l) => names.word('label', l)))}`,
  sets: (ids) => (ids.length === 1 ? 'in a chosen set' : `in any of ${n(ids.length)} chosen sets`),
  withoutSets: (ids) => (ids.length === 1 ? 'outside a hidden set' : `outside ${n(ids.length)} hidden sets`),
  entities: (ids, names) => {
    const known = ids.map((id) => names.entity(id))
    return ids.length <= 3 && known.every((name) => name !== null)
      ? `using ${list(known as string[])}`
      : `using any of ${plural(ids.length, 'shared thing')}`
  },
  sharing: ({ type, atLeast }, names) => {
    const what = type === null ? 'thing' : names.thing(type)
    return atLeast === 1
      ? `sharing ${article(what)} with another account`
      : `sharing at least ${n(atLeast)} ${pluralOf(what)} with another account`
  },
  attributes: (wanted) =>
    wanted
      .map(({ name, values, min, max }) => {
        const said = present([
          values && values.length > 0 && list(values),
          min !== undefined && max !== undefined && `${n(min)} to ${n(max)}`,
          min !== undefined && max === undefined && `at least ${n(min)}`,
          max !== undefined && min === undefined && `at most ${n(max)}`,
        ])
        return said.length > 0 ? `with ${name} ${said.join(' or ')}` : `with any ${name}`
      })
      .join(', '),
  tags: (tags) => `tagged ${list(tags.map((tag) => `#${tag}`))}`,
  anomalies: (ids) => (ids.length === 1 ? 'in an anomaly' : `in any of ${n(ids.length)} anomalies`),
}

function pluralOf(noun: string): string {
  if (/(s|x|ch|sh)$/.test(noun)) return `${noun}es`
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

function pairSegments(pair: Extract<AskPart, { with: unknown }>['pair'], shared: boolean): Segment[] {
  const out: Segment[] = []
  const add = (field: Segment['field'], text: string) =>
    out.push({ text: out.length === 0 ? ', both ' : ' and ' }, { text, field: field! })
  if (pair.registeredWithin !== undefined)
    add('registeredWithin', `registered within ${duration(pair.registeredWithin)} of each other`)
  if (pair.activeWithin !== undefined)
    add('activeWithin', `active${shared ? ' on it' : ''} within ${duration(pair.activeWithin)} of each other`)
  if (pair.sameCommunity) add('sameCommunity', 'in the same community')
  if (pair.sameAttributes?.length)
    add('sameAttributes', `stating the same ${list(pair.sameAttributes, 'conjunction')}`)
  return out
}

/** Takes any noun of two kinds of count: "a device" or "3 devices". */
function part(p: AskPart, other: string, names: WordNames): Segment[] {
  switch (p.kind) {
    case 'shares':
      return [
        { text: p.not ? 'do not share ' : 'share ' },
        {
          text:
            p.type === null ? (p.not ? 'any thing' : 'a thing of any kind') : article(names.thing(p.type)),
          field: 'type',
        },
        ...(p.atMost === null
          ? []
          : [{ text: ' ' }, { text: `used by at most ${n(p.atMost)} accounts`, field: 'atMost' as const }]),
        { text: ' with ' },
        { text: other, field: 'with' },
        ...pairSegments(p.pair, true),
      ]
    case 'related': {
      const what =
        p.type === null ? 'a relation of any kind' : article(`“${names.relation(p.type)}” relation`)
      return [
        { text: p.not ? 'do not have ' : 'have ' },
        { text: what, field: 'type' },
        { text: ' ' },
        {
          text: { out: 'going out to', in: 'coming in from', either: 'with' }[p.direction],
          field: 'direction',
        },
        { text: ' ' },
        { text: other, field: 'with' },
        ...pairSegments(p.pair, false),
      ]
    }
    case 'registered_near':
      return [
        { text: p.not ? 'did not register within ' : 'registered within ' },
        { text: duration(p.minutes), field: 'minutes' },
        { text: ' of ' },
        { text: other, field: 'with' },
        ...pairSegments(p.pair, false),
      ]
    case 'event': {
      const what = p.eventKind === null ? 'event' : `“${names.word('event', p.eventKind)}” event`
      return [
        { text: p.not ? 'do not have ' : 'have ' },
        { text: p.not && p.times === 1 ? 'even one' : `at least ${n(p.times)}`, field: 'times' },
        { text: ' ' },
        { text: p.times === 1 ? what : `${what}s`, field: 'eventKind' },
        ...clauses([
          p.outcome !== null && ['outcome', `with outcome “${names.word('outcome', p.outcome)}”`],
          p.context !== null && ['context', `in context “${names.word('context', p.context)}”`],
          p.country !== null && ['country', `from ${names.word('country', p.country)}`],
          ...spanClause(p, names),
          p.hours !== null && [
            'hours',
            `between ${hourText(p.hours.from)} and ${hourText(p.hours.to)} of the day`,
          ],
          p.within !== null && ['within', `within ${duration(p.within)}`],
        ]),
      ]
    }
    case 'reported':
      return [
        { text: p.not ? 'were not reported ' : 'were reported ' },
        {
          text: p.times === 1 ? (p.not ? 'even once' : 'at least once') : `at least ${n(p.times)} times`,
          field: 'times',
        },
        ...clauses([
          p.class !== null && ['class', `for ${names.word('class', p.class)}`],
          p.text !== '' && ['text', `with a text that says “${p.text}”`],
        ]),
      ]
  }
}

type Clause = [NonNullable<Segment['field']>, string]
const clauses = (items: (Clause | false)[]): Segment[] =>
  present(items).flatMap(([field, text]) => [{ text: ' ' }, { text, field }])
function spanClause(p: Extract<AskPart, { kind: 'event' }>, names: WordNames): (Clause | false)[] {
  if (p.from !== null && p.to !== null)
    return [['span', spanWords({ from: p.from, to: p.to }, names.zoneMinutes, 'en')]]
  const moment = (ms: number) => spanWords({ from: ms, to: ms }, names.zoneMinutes, 'en')
  return [
    p.from !== null && ['span', `since ${moment(p.from)}`],
    p.to !== null && ['span', `before ${moment(p.to)}`],
  ]
}

export const english: Grammar = {
  modifiers,
  duration,
  other(said, times) {
    const noun = said.length === 0 ? 'other account' : 'account'
    const head = times === 1 ? article(noun).replace('an other', 'another') : `at least ${n(times)} ${noun}s`
    return [head, said.join(', ')].filter(Boolean).join(' ')
  },
  part,
  question(who, parts, match) {
    const subject = ['Accounts', who.join(', ')].filter(Boolean).join(' ')
    if (parts.length === 0) return who.length === 0 ? 'All accounts' : subject
    const joined = parts.join(match === 'all' ? '; and that ' : '; or that ')
    return `${subject}${who.length > 0 ? ',' : ''} that ${joined}`
  },
  selection(accounts, communities, said) {
    const head = accounts === null ? 'Accounts' : plural(accounts, 'account')
    const inside =
      communities !== null && communities > 0 ? ` in ${plural(communities, 'community', 'communities')}` : ''
    return [`${head}${inside}`, ...said].join(', ')
  },
}
