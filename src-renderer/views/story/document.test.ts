import { expect, it } from 'vitest'
import type { Story } from '../../../src-main/common/contract/stories.ts'
import { storyHtml, storyMarkdown, type DocumentWords } from './document.ts'

const step = (id: number, parts: Partial<Story['stepRows'][number]>) => ({
  id,
  state: {},
  titleEn: '',
  titleZh: '',
  textEn: '',
  textZh: '',
  highlights: [],
  createdAt: 0,
  createdBy: 'L. Chen',
  ...parts,
})
const story: Story = {
  id: 1,
  name: 'One <night>',
  caseId: null,
  steps: 2,
  createdAt: 0,
  createdBy: 'L. Chen',
  stepRows: [
    step(1, {
      titleEn: 'A & B',
      titleZh: '甲',
      textEn: 'They came **together**.',
      highlights: [{ kind: 'community', id: 3, span: null, en: 'the hub', zh: '' }],
    }),
    step(2, { titleEn: 'Next' }),
  ],
}
const words: DocumentWords = {
  madeBy: { en: 'by L. Chen', zh: '制作：L. Chen' },
  notes: [{ en: 'Simulated data', zh: '模拟数据' }],
  untitled: { en: 'Untitled step', zh: '未命名步骤' },
  nameOf: () => 'C-4',
}
const pictures = [{ file: 'pictures/01.png', url: 'data:image/png;base64,AAAA' }, null]

it('tells the story in each language that it has words in, as Markdown beside its pictures', () => {
  const text = storyMarkdown(story, pictures, words)
  const [english, chinese] = text.split('\n---\n')
  expect(english).toContain('# One <night>')
  expect(english).toContain('> Simulated data')
  expect(english).toContain(
    '## 1. A & B\n\nThey came **together**.\n\n![A & B](pictures/01.png)\n\n1. **C-4** the hub',
  )
  expect(chinese).toContain('## 1. 甲')
  expect(chinese).toContain('## 2. 未命名步骤') // what is missing is shown
  expect(storyMarkdown({ ...story, stepRows: [step(3, { titleZh: '乙' })] }, [null], words)).not.toContain(
    'by L. Chen',
  )
})

it('makes one page without scripts in which nothing that was typed becomes markup', () => {
  const page = storyHtml(story, pictures, words, (text) => `<p>${text.replaceAll('<', '&lt;')}</p>`)
  expect(page).toContain('<title>One &lt;night&gt;</title>')
  expect(page).toContain('A &amp; B')
  expect(page).toContain('src="data:image/png;base64,AAAA"')
  expect(page).toContain(`default-src 'none'`)
  expect(page).not.toMatch(/<script|<night>|https?:/)
  expect(page).toContain('<div lang="en" class="only"><h2>2. Next</h2>')
})
