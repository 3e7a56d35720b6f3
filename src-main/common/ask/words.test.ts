import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectionSchema, type Selection } from '../contract/selection.ts'
import { askPartSchema, askSchema, type AskPart } from './parts.ts'
import {
  askWords,
  partSegments,
  partWords,
  SELECTION_ORDER,
  selectionSentence,
  type WordNames,
} from './words.ts'

const ZH: Record<string, string> = {
  device: '设备',
  ip: 'IP 地址',
  friend: '好友',
  login: '登录',
  fail: '失败',
  scam: '诈骗',
  malicious: '恶意',
  CN: '中国',
}
const namesIn = (language: string): WordNames => {
  const call = (value: string) => (language === 'en' ? value : (ZH[value] ?? value))
  return {
    zoneMinutes: 480,
    thing: call,
    relation: call,
    word: (_kind, value) => call(value),
    account: (id) => (id === 7 ? 'wx_9f31' : null),
    entity: (id) => (id === 7 ? 'd0001' : null),
  }
}
const say = (part: unknown, language = 'en') =>
  partWords(askPartSchema.parse(part), language, namesIn(language))

const selections: fc.Arbitrary<Selection> = fc
  .record(
    {
      communities: fc.array(fc.nat(50), { minLength: 1, maxLength: 6 }),
      accounts: fc.constantFrom([7], [1, 2]),
      time: fc.constant({ from: Date.UTC(2026, 2, 1, 16), to: Date.UTC(2026, 2, 5, 16) }),
      registered: fc.constant({ from: Date.UTC(2026, 2, 1, 3), to: Date.UTC(2026, 2, 1, 4) }),
      risk: fc.constantFrom({ min: 0.8, max: 1 }, { min: 0, max: 0.2 }, { min: 0.3, max: 0.5 }),
      text: fc.constant('加我'),
      reportClasses: fc.constant(['scam']),
      verdicts: fc.constant(['malicious' as const]),
      labels: fc.constant(['malicious']),
      sets: fc.constantFrom([1], [1, 2]),
      withoutSets: fc.constantFrom([3], [3, 4]),
      entities: fc.constantFrom([7], [1, 2]),
      sharing: fc.record({ type: fc.constantFrom(null, 'device'), atLeast: fc.integer({ min: 1, max: 3 }) }),
      attributes: fc.constantFrom(
        [{ name: 'region', values: ['CN'] }],
        [{ name: 'age', min: 3 }],
        [{ name: 'age' }],
      ),
      tags: fc.constant(['复查']),
      anomalies: fc.constantFrom([1], [1, 2]),
    },
    { requiredKeys: [] },
  )
  .map((s) => selectionSchema.parse(s))
const minutes = fc.constantFrom(0.5, 1, 10, 60, 90, 1440, 10080)
const paired = {
  with: selections,
  times: fc.integer({ min: 1, max: 3 }),
  not: fc.boolean(),
  pair: fc.record(
    {
      registeredWithin: minutes,
      activeWithin: minutes,
      sameCommunity: fc.constant(true),
      sameAttributes: fc.constant(['region', 'channel']),
    },
    { requiredKeys: [] },
  ),
}
const maybe = <T>(value: T) => fc.constantFrom(null, value)
const parts: fc.Arbitrary<AskPart> = fc
  .oneof(
    fc.record({ kind: fc.constant('shares'), type: maybe('device'), atMost: maybe(20), ...paired }),
    fc.record({
      kind: fc.constant('related'),
      type: maybe('friend'),
      direction: fc.constantFrom('out', 'in', 'either'),
      ...paired,
    }),
    fc.record({ kind: fc.constant('registered_near'), minutes, ...paired }),
    fc.record({
      kind: fc.constant('event'),
      eventKind: maybe('login'),
      outcome: maybe('fail'),
      context: maybe('android/low'),
      country: maybe('CN'),
      from: maybe(Date.UTC(2026, 2, 1)),
      to: maybe(Date.UTC(2026, 3, 1)),
      hours: maybe({ from: 22, to: 4 }),
      within: maybe(10),
      times: fc.integer({ min: 1, max: 5 }),
      not: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('reported'),
      class: maybe('scam'),
      text: fc.constantFrom('', '加我'),
      times: fc.integer({ min: 1, max: 5 }),
      not: fc.boolean(),
    }),
  )
  .map((part) => askPartSchema.parse(part))

describe('words of a question', () => {
  it('say what the brief asks for', () => {
    const part = {
      kind: 'shares',
      type: 'device',
      with: { labels: ['malicious'] },
      pair: { registeredWithin: 60 },
    }
    expect(say(part)).toBe(
      'share a device with an account labelled malicious, both registered within 1 hour of each other',
    )
    expect(say(part, 'zh-CN')).toBe('与标签为恶意的账号共用设备，且双方注册时间相隔不超过 1 小时')
    expect(askWords(askSchema.parse({ parts: [part] }), 'en', namesIn('en'))).toMatch(
      /^Accounts that share a device/,
    )
  })

  it('exist for every part in both languages, whole and without raw code', () => {
    const codes = /undefined|null|NaN|\[object|_|\{|\}|[a-z][A-Z]/
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 3 }),
        selections,
        fc.constantFrom('all' as const, 'any' as const),
        (list, who, match) => {
          const ask = askSchema.parse({ who, match, parts: list })
          for (const language of ['en', 'zh-CN']) {
            const text = askWords(ask, language, namesIn(language))
            expect(text.replaceAll('wx_9f31', '')).not.toMatch(codes)
            expect(text).not.toMatch(/ {2}|,,|，，|：$/)
            if (language === 'zh-CN') {
              expect(text).not.toMatch(/\b(account|registered|share|with|within|least|and|or|of)\b/)
              expect(text).not.toMatch(/[一-鿿][,;:!?]|[,;!?][一-鿿]/)
            } else expect(text.replaceAll(/加我|复查/g, '')).not.toMatch(/[一-鿿]/)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('change when any setting changes, and say each with its field', () => {
    const part = askPartSchema.parse({
      kind: 'event',
      eventKind: 'login',
      outcome: 'fail',
      hours: { from: 22, to: 4 },
      within: 10,
      times: 5,
    })
    const said = partSegments(part, 'en', namesIn('en'))
    expect(said.flatMap((s) => s.field ?? [])).toEqual(['times', 'eventKind', 'outcome', 'hours', 'within'])
    expect(said.map((s) => s.text).join('')).toBe(
      'have at least 5 “login” events with outcome “fail” between 22:00 and 04:00 of the day within 10 minutes',
    )
    fc.assert(
      fc.property(parts, (p) => {
        for (const language of ['en', 'zh-CN'])
          expect(partWords({ ...p, not: !p.not }, language, namesIn(language))).not.toBe(
            partWords(p, language, namesIn(language)),
          )
      }),
    )
  })
})

describe('words of a selection', () => {
  it('say every part that the schema knows', () => {
    expect([...SELECTION_ORDER].sort()).toEqual(Object.keys(selectionSchema.shape).sort())
  })

  it('make one sentence, with the zone of its dates', () => {
    const selection: Selection = {
      registered: { from: Date.UTC(2026, 2, 1, 16), to: Date.UTC(2026, 2, 5, 16) },
      sharing: { type: 'device', atLeast: 2 },
    }
    const counts = { accounts: 1204, communities: 3 }
    expect(selectionSentence(selection, counts, 'en', namesIn('en'))).toBe(
      '1,204 accounts in 3 communities, registered 2–5 Mar 2026 (UTC+08:00), sharing at least 2 devices with another account',
    )
    expect(selectionSentence(selection, counts, 'zh-CN', namesIn('zh-CN'))).toBe(
      '1,204 个账号，分布于 3 个社群，注册于 2026年3月2日至5日（UTC+08:00），与其他账号共用至少 2 个设备',
    )
  })
})
