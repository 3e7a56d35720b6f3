import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EdgeReason } from '../../../src-main/common/contract/accounts.ts'
import { SHARING_CAUSES, type PairThing } from '../../../src-main/common/contract/sharing.ts'
import { startI18n, translate } from '../../ui/i18n/index.ts'
import { edgeSentence, reasonText, type Wording } from './edge-sentence.ts'

const NAMES = { a: 'A', b: 'B' }
const MARCH = Date.UTC(2026, 2, 1)

const wording = (language: 'en' | 'zh-CN'): Wording => ({
  t: (key, values) => i18next.getFixedT(language)(key as never, values as never) as unknown as string,
  typeName: (type) =>
    i18next.exists(`inspector.channel.${type}`, { lng: language })
      ? (i18next.getFixedT(language)(`inspector.channel.${type}` as never) as unknown as string)
      : type,
  language,
})
const thing = (over: Partial<PairThing>): PairThing => ({
  entityId: 1,
  type: 'device',
  key: 'D-7',
  accounts: 2,
  cause: 'unknown',
  confidence: 0.4,
  sameDays: 0,
  firstSameDay: null,
  lastSameDay: null,
  overlap: null,
  weight: 1,
  ...over,
})
const reason = (over: Partial<EdgeReason>): EdgeReason => ({
  channel: 'entity:device',
  entityType: null,
  entityKey: null,
  accountsSharing: null,
  weight: 1,
  firstSeen: null,
  lastSeen: null,
  provenance: [],
  ...over,
})

beforeAll(async () => {
  await startI18n('en')
  expect(translate('sharing.title')).toBe('Innocent explanations')
})

describe('the sentence about an edge', () => {
  const device = thing({
    sameDays: 3,
    firstSameDay: MARCH + 2 * 86_400_000,
    lastSameDay: MARCH + 9 * 86_400_000,
    cause: 'none',
  })
  const addresses = [2, 3, 4].map((entityId) =>
    thing({
      entityId,
      type: 'ip',
      key: `10.0.0.${entityId}`,
      accounts: 300,
      cause: 'carrier',
      weight: 0.003,
    }),
  )
  const shared = { reasons: [reason({})], things: [device, ...addresses] }

  it('names a single thing with its base rate and its days, counts several, and says what they look like', () => {
    expect(edgeSentence(shared, NAMES, wording('en'))).toBe(
      'A and B share device D-7 (2 accounts, both on 3 days in March 2026) and 3 addresses. ' +
        "Device D-7 has no innocent explanation that fits. The addresses look like a carrier's.",
    )
    expect(edgeSentence(shared, NAMES, wording('zh-CN'))).toBe(
      'A 与 B 共用设备 D-7（2 个账号使用，2026年3月有 3 天同日使用）和 3 个 IP 地址。设备 D-7 没有说得通的善意解释。这些 IP 地址像是运营商出口。',
    )
  })

  it('tells handing over from using at the same time, and months apart', () => {
    const say = (over: Partial<PairThing>) =>
      edgeSentence({ reasons: [reason({})], things: [thing(over)] }, NAMES, wording('en'))
    expect(say({ overlap: false })).toContain('D-7 (2 accounts, used one after the other).')
    expect(say({ overlap: true })).toContain('D-7 (2 accounts, used in the same period).')
    expect(say({ sameDays: 1, firstSameDay: MARCH, lastSameDay: MARCH })).toContain(
      'both on 1 day in March 2026).',
    )
    expect(say({ sameDays: 2, firstSameDay: MARCH, lastSameDay: MARCH + 40 * 86_400_000 })).toContain(
      'both on 2 days in March 2026 to April 2026).',
    )
  })

  it('puts the heaviest tie first and words every channel, in both languages', () => {
    const reasons = [
      reason({ channel: 'relation:friend', kind: 'relation', weight: 0.5 }),
      reason({ channel: 'event:ip', kind: 'meeting', weight: 3, times: 4, minutes: 10, entityKey: 'x' }),
      reason({ channel: 'event:ip', kind: 'meeting', weight: 1, times: 2, minutes: 10, entityKey: 'y' }),
      reason({ channel: 'rhythm', kind: 'rhythm', weight: 2, times: 23, similarity: 0.861 }),
      reason({ channel: 'text:profiles', kind: 'text', weight: 0.9, similarity: 0.92 }),
    ]
    const edge = { reasons, things: [] }
    expect(edgeSentence(edge, NAMES, wording('en'))).toBe(
      'A and B met on an address 6 times within 10 minutes; they were active in 23 same hours (86% alike); ' +
        'they describe themselves in near-identical words (92% alike); they are related (friend).',
    )
    expect(edgeSentence(edge, NAMES, wording('zh-CN'))).toBe(
      'A 与 B 在 10 分钟内同址出现 6 次；二者有 23 个小时同时活跃（相似度 86%）；二者简介文字几乎相同（相似度 92%）；二者有“好友”关系。',
    )
    expect(reasonText(reasons[0]!, wording('en'))).toBeNull()
    expect(reasonText(reasons[2]!, wording('en'))).toBe('met on an address 2 times within 10 minutes')
  })

  it('reads channels without a kind, and types that no catalogue knows', () => {
    const edge = {
      reasons: [
        reason({ channel: 'entity:licence_plate' }),
        reason({ channel: 'relation:knows', weight: 0 }),
      ],
      things: [thing({ type: 'licence_plate', key: 'K 1', accounts: 5, cause: 'family' })],
    }
    expect(edgeSentence(edge, NAMES, wording('en'))).toBe(
      "A and B share licence_plate K 1 (5 accounts); they are related (knows). licence_plate K 1 looks like a family's.",
    )
  })

  it('says when nothing of it counts, and nothing where there is nothing', () => {
    const hub = {
      reasons: [reason({ weight: 0, detail: 'hub' })],
      things: [thing({ weight: 0, accounts: 500 })],
    }
    expect(edgeSentence(hub, NAMES, wording('en'))).toMatch(/None of it counts in this graph\.$/)
    expect(edgeSentence({ reasons: [], things: [] }, NAMES, wording('en'))).toBeNull()
  })

  it('has words for every cause in both languages, one thing or many', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      for (const cause of SHARING_CAUSES) {
        for (const count of [1, 2]) {
          const things = Array.from({ length: count }, (_, k) => thing({ entityId: k, key: `D-${k}`, cause }))
          const text = edgeSentence({ reasons: [reason({})], things }, NAMES, wording(language))!
          expect(text).not.toMatch(/sharing\.|\{\{/)
          const sentences = text.split(/[.。]/).filter((part) => part.trim() !== '').length
          expect(sentences, `${cause} ${text}`).toBe(cause === 'unknown' ? 1 : 2)
        }
      }
    }
  })
})
