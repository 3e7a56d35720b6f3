import { askSchema, type Ask, type AskInput } from '../../../src-main/common/ask/parts.ts'
import type { AskVocabulary } from '../../../src-main/common/contract/ask.ts'
import { isFailure } from '../../../src-main/common/outcomes.ts'
import type { MessageKey } from '../../ui/i18n/index.ts'

export interface Example {
  id: string
  title: MessageKey
  ask: Ask
}

/** Questions that investigators begin with, as far as the workspace can answer them. */
export function examplesFor(words: AskVocabulary): Example[] {
  const thing = (...types: string[]) => types.find((type) => words.entityTypes.some((e) => e.type === type))
  const label = words.labels.find((l) => /^(malicious|恶意|fraud|bad|spam)/i.test(l)) ?? words.labels[0]
  const bad = label === undefined ? { verdicts: ['malicious' as const] } : { labels: [label] }
  const device = thing('device', 'payment')
  const address = thing('ip')
  const failed = words.outcomes.find((o) => isFailure(o))
  const login = words.eventKinds.find((kind) => /log|sign|登录/i.test(kind)) ?? null
  const scam = words.reportClasses.find((c) => c !== 'normal')
  const money = thing('payment', 'invite_code', 'device', 'ip')
  const list: (false | undefined | [string, AskInput])[] = [
    device !== undefined && [
      'twins',
      { parts: [{ kind: 'shares', type: device, atMost: 20, with: bad, pair: { registeredWithin: 60 } }] },
    ],
    address !== undefined && [
      'burst',
      {
        parts: [
          { kind: 'shares', type: address, atMost: 200, with: {}, pair: { registeredWithin: 10 }, times: 3 },
        ],
      },
    ],
    failed !== undefined && [
      'guessing',
      { parts: [{ kind: 'event', eventKind: login, outcome: failed, within: 10, times: 3 }] },
    ],
    scam !== undefined &&
      money !== undefined && [
        'collectors',
        {
          parts: [
            { kind: 'reported', class: scam },
            { kind: 'shares', type: money, atMost: 50, with: { reportClasses: [scam] } },
          ],
        },
      ],
    [
      'quiet',
      {
        who: { risk: { min: 0.7, max: 1 } },
        parts: [
          { kind: 'reported', class: null, not: true },
          words.entityTypes.length > 0
            ? { kind: 'shares', type: null, atMost: 20, with: bad }
            : { kind: 'related', type: null, with: bad },
        ],
      },
    ],
    words.relationTypes.length > 0 && [
      'circle',
      {
        who: {},
        parts: [{ kind: 'related', type: null, with: bad, times: 3, pair: { sameCommunity: true } }],
      },
    ],
  ]
  return list.flatMap((entry) =>
    entry
      ? { id: entry[0], title: `ask.example.${entry[0]}` as MessageKey, ask: askSchema.parse(entry[1]) }
      : [],
  )
}
