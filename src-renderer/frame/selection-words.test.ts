import { beforeAll, describe, expect, it } from 'vitest'
import type { WordNames } from '../../src-main/common/ask/words.ts'
import type { AccountSet } from '../../src-main/common/contract/sets.ts'
import { startI18n, translate } from '../ui/i18n/index.ts'
import { suggestedName } from '../views/start/suggested-name.ts'
import { caseTargets } from './case-targets.ts'
import { selectionWords, type WordOptions } from './selection-words.ts'

beforeAll(() => startI18n('en'))
const names: WordNames = {
  zoneMinutes: 480,
  thing: (type) => type,
  relation: (type) => type,
  word: (_kind, value) => value,
  account: () => 'wx_9f31',
  entity: (id) => (id === 7 ? 'device d7' : null),
}
const options: WordOptions = { language: 'en', names, sets: [] }

describe('selectionWords', () => {
  it('says every part, in one order, in words', () => {
    const words = selectionWords(
      {
        labels: ['ring'],
        communities: [16, 0],
        accounts: [5],
        time: { from: Date.UTC(2026, 2, 1, 16), to: Date.UTC(2026, 2, 5, 16) },
        risk: { min: 0.75, max: 1 },
        text: 'deposit',
        reportClasses: ['scam'],
        verdicts: ['malicious'],
      },
      translate,
      options,
    )
    expect(words.map((word) => word.part)).toEqual([
      'communities',
      'accounts',
      'time',
      'risk',
      'labels',
      'verdicts',
      'reportClasses',
      'text',
    ])
    const value = (part: string) => words.find((word) => word.part === part)!.value
    expect(value('communities')).toBe('C-17, C-1')
    expect(value('accounts')).toBe('wx_9f31')
    // Half-open in the workspace's zone: from the 2nd up to, not into, the 6th.
    expect(value('time')).toMatch(/2\D+5/)
    expect(value('time')).not.toContain('6,')
    expect(value('risk')).toBe('≥ 0.75')
  })

  it('says what is shared, used, stated and chosen, and where a set came from', () => {
    const set = { id: 4, accounts: 1204, origin: { kind: 'lasso' } } as AccountSet
    const words = selectionWords(
      {
        sets: [4],
        withoutSets: [9],
        entities: [7],
        sharing: { type: 'device', atLeast: 2 },
        attributes: [
          { name: 'region', values: ['CN'] },
          { name: 'age', min: 3 },
        ],
        tags: ['x'],
        anomalies: [1, 2],
      },
      translate,
      { ...options, sets: [set] },
    )
    expect(Object.fromEntries(words.map((word) => [word.part, word.value]))).toEqual({
      sets: '1,204 drawn around',
      withoutSets: '1',
      entities: 'device d7',
      sharing: '≥ 2 × device',
      attributes: 'region CN, age ≥ 3',
      tags: '#x',
      anomalies: '2 anomalies',
    })
  })

  it('counts what it does not name', () => {
    const [word] = selectionWords({ communities: [0, 1, 2, 3, 4] }, translate, options)
    expect(word!.value).toBe('C-1, C-2, C-3 +2')
    const [many] = selectionWords({ accounts: [1, 2] }, translate, options)
    expect(many!.value).toBe('2')
  })
})

describe('caseTargets', () => {
  it('are the selected things, else the one in the inspector', () => {
    expect(caseTargets({ communities: [1], accounts: [2] }, { kind: 'account', id: 9 })).toEqual([
      { kind: 'community', ref: 1 },
      { kind: 'account', ref: 2 },
    ])
    expect(caseTargets({ text: 'x' }, { kind: 'report', id: 3 })).toEqual([{ kind: 'report', ref: 3 }])
    expect(caseTargets({}, { kind: 'entity', id: 3 })).toEqual([])
  })
})

describe('suggestedName', () => {
  it('is what the export is called', () => {
    expect(suggestedName(['/data/acme-march.zip'])).toBe('acme-march')
    expect(suggestedName(['/data/acme/'])).toBe('acme')
    expect(suggestedName(['/data/acme/accounts.csv', '/data/acme/links.csv'])).toBe('acme')
    expect(suggestedName(['C:\\data\\acme\\accounts.csv'])).toBe('acme')
    expect(suggestedName([])).toBe('workspace')
  })
})
