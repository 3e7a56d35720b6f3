import type { Highlight, StoryStep } from '../../../src-main/common/contract/stories.ts'
import type { Language } from '../../state/prefs.ts'

export interface Said {
  text: string
  /** True where the reader's language has none and the other one's is given. */
  borrowed: boolean
}

const pick = (own: string, other: string): Said =>
  own.trim() !== '' ? { text: own, borrowed: false } : { text: other, borrowed: other.trim() !== '' }

/** A step's words in the reader's language; the other language's where these are missing, and marked so. */
export function stepTitle(step: StoryStep, language: Language): Said {
  return language === 'en' ? pick(step.titleEn, step.titleZh) : pick(step.titleZh, step.titleEn)
}
export function stepText(step: StoryStep, language: Language): Said {
  return language === 'en' ? pick(step.textEn, step.textZh) : pick(step.textZh, step.textEn)
}
export function highlightWords(highlight: Highlight, language: Language): Said {
  return language === 'en' ? pick(highlight.en, highlight.zh) : pick(highlight.zh, highlight.en)
}

/** The languages that a step has words in one of, but not in the other. */
export function missingIn(step: StoryStep): ('en' | 'zh')[] {
  const pairs = [
    [step.titleEn, step.titleZh],
    [step.textEn, step.textZh],
    ...step.highlights.map((one) => [one.en, one.zh]),
  ]
  const empty = (text: string | undefined) => (text ?? '').trim() === ''
  const missing: ('en' | 'zh')[] = []
  if (pairs.some(([en, zh]) => empty(en) && !empty(zh))) missing.push('en')
  if (pairs.some(([en, zh]) => !empty(en) && empty(zh))) missing.push('zh')
  return missing
}
