import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema, type RecipeInput } from '../../../src-main/common/recipe.ts'
import { setLanguage, startI18n, translate } from '../../ui/i18n/index.ts'
import { ALL_PATHS, setAt } from './draft.ts'
import { recipeSentences } from './sentence.ts'

beforeAll(() => startI18n('en'))
afterAll(() => setLanguage('en'))

const NAMES: Record<string, Record<string, string>> = {
  en: { ip: 'address', friend: 'friend', device: 'device', payment: 'payment' },
  'zh-CN': { ip: 'IP 地址', friend: '好友', device: '设备', payment: '支付工具' },
}
function say(input: RecipeInput, language = 'en'): string {
  setLanguage(language)
  const words = recipeSentences(recipeSchema.parse(input), translate, {
    language,
    zoneMinutes: 480,
    typeName: (type) => NAMES[language]![type] ?? type,
  })
  return words.join(language === 'en' ? ' ' : '')
}

describe('recipeSentences', () => {
  it('says the default', () => {
    expect(say({})).toBe(
      'Joins accounts that have a relation of any kind or share a thing of any kind. ' +
        'A thing that more than 60 accounts use joins nobody. ' +
        'An edge loses half its weight for every 90 days without being seen.',
    )
    expect(say({}, 'zh-CN')).toBe(
      '满足以下任一条件的账号相连：存在任意一种关系或共用任意一种实体。' +
        '超过 60 个账号使用的实体不连边。每 90 天未再出现，边权减半。',
    )
  })

  it('names what is chosen, what counts less, and when', () => {
    const recipe: RecipeInput = {
      relations: { types: ['friend'], weight: 0.5 },
      entities: { types: ['device', 'payment'], byType: { payment: 2, ip: 3 }, minShared: 2 },
      decayHalfLifeDays: null,
      window: { from: Date.UTC(2026, 2, 1, 16), to: Date.UTC(2026, 2, 31, 16) },
    }
    const words = say(recipe)
    expect(words).toContain('have a relation of the kind friend or share the same device or payment.')
    expect(words).toContain('Every relation counts half and payment counts double.')
    expect(say({ relations: { byType: { friend: 0.5 } } })).toContain('. Friend counts half. ')
    // A type that is not used has no weight worth telling.
    expect(words).not.toContain('address')
    expect(words).toContain('at least 2 things of one type')
    expect(words).toContain('Only facts from 2 Mar 2026'.slice(0, 16))
    expect(words).toContain('Edges do not fade with time.')
    expect(say(recipe, 'zh-CN')).toContain('存在好友关系或共用同一设备或支付工具')
  })

  it('tells every other kind of evidence, and what a hub does', () => {
    const words = say({
      relations: { types: [] },
      entities: { types: ['ip'], hub: 'nearest', nearest: 3, hubCap: 1200 },
      cooccurrence: { on: ['ip'], minTimes: 3, windowMinutes: 5 },
      rhythm: { use: true },
      texts: { of: ['reports', 'profiles'] },
    })
    expect(words).toContain('use the same address within 5 minutes of each other at least 3 times')
    expect(words).toContain('are active in the same hours')
    expect(words).toContain('near-identical reports')
    expect(words).toContain('near-identical profile texts')
    expect(words).toContain('more than 1,200 accounts use joins each account only to the 3 that')
    expect(words).not.toContain('relation')
  })

  it('spaces Latin names in Chinese', () => {
    expect(say({ relations: { types: [] }, entities: { types: ['ip'] } }, 'zh-CN')).toContain(
      '共用同一 IP 地址',
    )
  })

  it('says so when it joins nobody', () => {
    expect(say({ relations: { types: [] }, entities: { types: [] } })).toContain('Joins nobody')
    expect(say({ relations: { types: [] }, entities: { types: [] } }, 'zh-CN')).toContain('不连接任何账号')
  })

  it('changes its words with every setting that shapes who is joined or how much', () => {
    // How finely a kind of evidence is measured is in its section, not in the sentence.
    const silent = /^(rhythm\.(?!use|weight)|texts\.(?!of|weight)|cooccurrence\.hubCap)|splitHours|nearest$/
    const all = recipeSchema.parse({
      cooccurrence: { on: ['ip'] },
      rhythm: { use: true },
      texts: { of: ['reports'] },
    })
    const other: Record<string, unknown> = {
      'relations.types': ['friend'],
      'relations.byType': { friend: 2 },
      'relations.damping': 'binary',
      'relations.direction': 'mutual',
      'entities.types': ['ip'],
      'entities.byType': { ip: 2 },
      'entities.rarity': 'idf',
      'entities.hub': 'split',
      'entities.discountInnocent': true,
      'cooccurrence.on': ['device'],
      'rhythm.use': false,
      'texts.of': ['profiles'],
      window: { from: 0, to: 86_400_000 },
    }
    for (const language of ['en', 'zh-CN']) {
      const before = say(all, language)
      for (const path of ALL_PATHS.filter((p) => !silent.test(p))) {
        const changed = setAt(all, path, other[path] ?? 7)
        expect(say(changed, language), `${language} ${path}`).not.toBe(before)
      }
    }
    expect(DEFAULT_RECIPE.relations.damping).toBe('log') // told only where it is not the default
    expect(DEFAULT_RECIPE.entities.rarity).toBe('newman')
  })
})
