import { expect, test } from 'vitest'
import { en, zh } from '../../ui/i18n/resources.ts'
import { amounts, qWords, rarity, standsOut, windowWords } from './chance-words.ts'

const of = (change: object) => ({
  statistic: 'age_spread',
  detail: null,
  entity: null,
  observed: 0.5,
  expected: 510,
  z: 3,
  p: 0.001,
  q: 0.01,
  ...change,
})

test('rarity is said in the words that fit its size', () => {
  expect(rarity(0.2, 'en').key).toBe('usual')
  expect(rarity(0.199, 'en')).toEqual({ key: 'percent', values: { share: '20%' } })
  expect(rarity(0.00412, 'en')).toEqual({ key: 'percent', values: { share: '0.4%' } })
  expect(rarity(0.001, 'en')).toEqual({ key: 'percent', values: { share: '0.1%' } })
  expect(rarity(0.000_07, 'en')).toEqual({ key: 'oneIn', values: { n: '14,000' } })
  expect(rarity(1e-9, 'en')).toEqual({ key: 'oneIn', values: { n: '1,000,000,000' } })
  expect(rarity(9e-10, 'zh-CN').key).toBe('least')
})

test('a q-value is never shown as zero', () => {
  expect(qWords(0, 'en')).toBe('<0.001')
  expect(qWords(0.0012, 'en')).toBe('0.001')
  expect(qWords(0.043, 'en')).toBe('0.043')
  expect(qWords(1, 'en')).toBe('1.00')
  expect([0.049, 0.05].map((q) => standsOut({ q }))).toEqual([true, false])
})

test('amounts are in the unit of their statistic', () => {
  expect(amounts(of({}), 'en')).toEqual({ observed: '12 hr', expected: '510 days' })
  expect(amounts(of({ observed: 508.71, expected: 1.23 }), 'en')).toEqual({
    observed: '509 days',
    expected: '1.2 days',
  })
  expect(amounts(of({ observed: 51.2 / 1440 }), 'en').observed).toBe('51 min')
  expect(amounts(of({}), 'zh-CN')).toEqual({ observed: '12小时', expected: '510天' })
  expect(amounts(of({ statistic: 'label_malicious', observed: 5, expected: 0.612 }), 'en')).toEqual({
    observed: '5',
    expected: '0.61',
  })
  expect(amounts(of({ statistic: 'density', observed: 4.568, expected: 31.77 }), 'en')).toEqual({
    observed: '4.57',
    expected: '31.8',
  })
  expect(windowWords(of({ detail: 168 }), 'en')).toBe('7 days')
  expect(windowWords(of({ detail: 1 }), 'zh-CN')).toBe('1小时')
})

test('every statistic that a trust run stores has its name and its sentence', () => {
  // compute/trust/null-model.ts, which the renderer may not import.
  const statistics = [
    'age_spread',
    'registration_burst',
    'entity_sharing',
    'hub_sharing',
    'label_malicious',
    'label_benign',
    'density',
  ]
  for (const catalogue of [en.trust, zh.trust]) {
    expect(Object.keys(catalogue.name).sort()).toEqual([...statistics].sort())
    expect(Object.keys(catalogue.fact).sort()).toEqual([...statistics].sort())
    for (const name of ['entity_sharing', 'hub_sharing'] as const) {
      expect(catalogue.fact[name]).toContain('{{entity}}')
    }
  }
})
