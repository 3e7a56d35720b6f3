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

const n = (value: number) => number(value, 'zh-CN')
const list = (items: string[]) =>
  items.length > 4
    ? `${items.slice(0, 3).join('、')}等 ${n(items.length)} 项`
    : items.length <= 2
      ? items.join('或')
      : `${items.slice(0, -1).join('、')}或${items.at(-1)}`
const both = (items: string[]) => items.join('、')
const UNIT = { second: '秒', minute: '分钟', hour: '小时', day: '天' }

function duration(minutes: number): string {
  const { n: count, unit } = durationParts(minutes)
  return `${n(count)} ${UNIT[unit]}`
}

const modifiers: Grammar['modifiers'] = {
  communities: (ids) => `属于社群 ${list(ids.map(communityText))}`,
  accounts: (ids, names) => {
    const known = ids.map((id) => names.account(id))
    return ids.length <= 3 && known.every((name) => name !== null)
      ? `名为 ${both(known as string[])}`
      : `在选定的 ${n(ids.length)} 个账号之中`
  },
  time: (span, names) => `活跃于 ${spanWords(span, names.zoneMinutes, 'zh-CN')}`,
  registered: (span, names) => `注册于 ${spanWords(span, names.zoneMinutes, 'zh-CN')}`,
  risk: ({ min, max }) =>
    max >= 1
      ? `风险不低于 ${score(min)}`
      : min <= 0
        ? `风险不高于 ${score(max)}`
        : `风险在 ${score(min)} 至 ${score(max)} 之间`,
  text: (text) => `举报内容含“${text}”`,
  reportClasses: (classes, names) => `被举报为${list(classes.map((c) => names.word('class', c)))}`,
  verdicts: (verdicts, names) => `研判为${list(verdicts.map((v) => names.word('verdict', v)))}`,
  labels: (labels, names) => `标签为${list(labels.map((l) => names.word('label', l)))}`,
  sets: (ids) => (ids.length === 1 ? '在选定的集合之中' : `在选定的 ${n(ids.length)} 个集合之中`),
  withoutSets: (ids) => (ids.length === 1 ? '不在隐藏的集合之中' : `不在隐藏的 ${n(ids.length)} 个集合之中`),
  entities: (ids, names) => {
    const known = ids.map((id) => names.entity(id))
    return ids.length <= 3 && known.every((name) => name !== null)
      ? `使用过 ${list(known as string[])}`
      : `使用过 ${n(ids.length)} 个共用实体之一`
  },
  sharing: ({ type, atLeast }, names) =>
    `与其他账号共用至少 ${n(atLeast)} 个${type === null ? '实体' : names.thing(type)}`,
  attributes: (wanted) =>
    wanted
      .map(({ name, values, min, max }) => {
        const said = present([
          values && values.length > 0 && `为 ${list(values)}`,
          min !== undefined && max !== undefined && `在 ${n(min)} 至 ${n(max)} 之间`,
          min !== undefined && max === undefined && `不低于 ${n(min)}`,
          max !== undefined && min === undefined && `不高于 ${n(max)}`,
        ])
        return said.length > 0 ? `${name} ${said.join('或')}` : `填写了 ${name}`
      })
      .join('、'),
  tags: (tags) => `带标记 ${list(tags.map((tag) => `#${tag}`))}`,
  anomalies: (ids) => (ids.length === 1 ? '涉及一处异常' : `涉及 ${n(ids.length)} 处异常之一`),
}

function pairSegments(pair: Extract<AskPart, { with: unknown }>['pair'], shared: boolean): Segment[] {
  const out: Segment[] = []
  const add = (field: NonNullable<Segment['field']>, text: string) =>
    out.push({ text: out.length === 0 ? '，且双方' : '、' }, { text, field })
  if (pair.registeredWithin !== undefined)
    add('registeredWithin', `注册时间相隔不超过 ${duration(pair.registeredWithin)}`)
  if (pair.activeWithin !== undefined)
    add('activeWithin', `${shared ? '在其上的' : ''}活动时间相隔不超过 ${duration(pair.activeWithin)}`)
  if (pair.sameCommunity) add('sameCommunity', '同属一个社群')
  if (pair.sameAttributes?.length) add('sameAttributes', `${both(pair.sameAttributes)} 相同`)
  return out
}

function part(p: AskPart, other: string, names: WordNames): Segment[] {
  switch (p.kind) {
    case 'shares':
      return [
        { text: '与' },
        { text: other, field: 'with' },
        { text: p.not ? '没有共用' : '共用' },
        { text: p.type === null ? '任意实体' : spaced(names.thing(p.type)), field: 'type' },
        ...(p.atMost === null
          ? []
          : [
              { text: '（' },
              { text: `使用者不超过 ${n(p.atMost)} 个账号`, field: 'atMost' as const },
              { text: '）' },
            ]),
        ...pairSegments(p.pair, true),
      ]
    case 'related':
      return [
        { text: '与' },
        { text: other, field: 'with' },
        { text: p.not ? '没有' : '有' },
        { text: p.type === null ? '任意关系' : `“${names.relation(p.type)}”关系`, field: 'type' },
        { text: '（' },
        {
          text: { out: '由本账号指向对方', in: '由对方指向本账号', either: '不限方向' }[p.direction],
          field: 'direction',
        },
        { text: '）' },
        ...pairSegments(p.pair, false),
      ]
    case 'registered_near':
      return [
        { text: p.not ? '没有与' : '与' },
        { text: other, field: 'with' },
        { text: '在 ' },
        { text: duration(p.minutes), field: 'minutes' },
        { text: '之内先后注册' },
        ...pairSegments(p.pair, false),
      ]
    case 'event':
      return [
        { text: p.not ? '没有' : '有' },
        { text: p.not && p.times === 1 ? '一次' : `至少 ${n(p.times)} 次`, field: 'times' },
        {
          text: p.eventKind === null ? '任意事件' : `“${names.word('event', p.eventKind)}”事件`,
          field: 'eventKind',
        },
        ...clauses([
          p.outcome !== null && ['outcome', `结果为“${names.word('outcome', p.outcome)}”`],
          p.context !== null && ['context', `环境为“${names.word('context', p.context)}”`],
          p.country !== null && ['country', `来自${spaced(names.word('country', p.country))}`],
          ...spanClause(p, names),
          p.hours !== null && ['hours', `每天 ${hourText(p.hours.from)} 至 ${hourText(p.hours.to)}`],
          p.within !== null && ['within', `集中在 ${duration(p.within)}之内`],
        ]),
      ]
    case 'reported':
      return [
        { text: p.not ? '没有被举报' : '被举报' },
        { text: p.not && p.times === 1 ? '过' : `至少 ${n(p.times)} 次`, field: 'times' },
        ...clauses([
          p.class !== null && ['class', `类别为${names.word('class', p.class)}`],
          p.text !== '' && ['text', `内容含“${p.text}”`],
        ]),
      ]
  }
}

type Clause = [NonNullable<Segment['field']>, string]
const clauses = (items: (Clause | false)[]): Segment[] =>
  present(items).flatMap(([field, text]) => [{ text: '，' }, { text, field }])
function spanClause(p: Extract<AskPart, { kind: 'event' }>, names: WordNames): (Clause | false)[] {
  if (p.from !== null && p.to !== null)
    return [['span', `时间为 ${spanWords({ from: p.from, to: p.to }, names.zoneMinutes, 'zh-CN')}`]]
  const moment = (ms: number) => spanWords({ from: ms, to: ms }, names.zoneMinutes, 'zh-CN')
  return [
    p.from !== null && ['span', `在 ${moment(p.from)} 之后`],
    p.to !== null && ['span', `在 ${moment(p.to)} 之前`],
  ]
}

/** A space before Latin letters that stand behind Chinese ones. */
const spaced = (text: string) => (/^[A-Za-z0-9]/.test(text) ? ` ${text}` : text)

export const chinese: Grammar = {
  modifiers,
  duration,
  other(said, times) {
    const count = times === 1 ? '' : `至少 ${n(times)} 个`
    return said.length === 0 ? `${count}其他账号` : `${count}${both([...said])}的账号`
  },
  part,
  question(who, parts, match) {
    const subject = who.length === 0 ? '' : `${both([...who])}的账号中，`
    if (parts.length === 0) return who.length === 0 ? '全部账号' : `${both([...who])}的账号`
    return `${subject}满足以下条件的账号：${parts.join(match === 'all' ? '；并且' : '；或者')}`
  },
  selection(accounts, communities, said) {
    const head = accounts === null ? '账号' : `${n(accounts)} 个账号`
    const inside = communities !== null && communities > 0 ? `，分布于 ${n(communities)} 个社群` : ''
    return [`${head}${inside}`, ...said].join('，')
  },
}
