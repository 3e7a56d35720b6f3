import { expect, it } from 'vitest'
import type { StoryStep } from '../../../src-main/common/contract/stories.ts'
import { missingIn, stepText, stepTitle } from './words.ts'

const step = (parts: Partial<StoryStep>): StoryStep => ({
  id: 1,
  state: {},
  titleEn: '',
  titleZh: '',
  textEn: '',
  textZh: '',
  highlights: [],
  createdAt: 0,
  createdBy: 'x',
  ...parts,
})

it('gives the reader their language, and says where it had to borrow the other', () => {
  const one = step({ titleEn: 'A ring', textZh: '团伙' })
  expect(stepTitle(one, 'en')).toEqual({ text: 'A ring', borrowed: false })
  expect(stepTitle(one, 'zh-CN')).toEqual({ text: 'A ring', borrowed: true })
  expect(stepText(one, 'en')).toEqual({ text: '团伙', borrowed: true })
  expect(stepText(step({}), 'en')).toEqual({ text: '', borrowed: false })
})

it('shows which translation is missing, of highlights too', () => {
  expect(missingIn(step({}))).toEqual([])
  expect(missingIn(step({ titleEn: 'a', titleZh: '甲' }))).toEqual([])
  expect(missingIn(step({ titleEn: 'a', textZh: '甲' }))).toEqual(['en', 'zh'])
  const highlight = { kind: 'community' as const, id: 1, span: null, en: 'the hub', zh: ' ' }
  expect(missingIn(step({ highlights: [highlight] }))).toEqual(['zh'])
})
