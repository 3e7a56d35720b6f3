import { describe, expect, it } from 'vitest'
import { anchorOf, pageOf, pagesIn, partsOf } from './pages.ts'
import { HandbookSearch, plain, wordsOf } from './search.ts'

const page = pageOf(
  '/docs/handbook/en/03-map.md',
  '# Map\n\nEvery account is a point.\n\n## Lasso and box\n\nPress **L** and draw. See [sets](select.md#sets).\n\n## Colour\n\nBy risk.\n',
)

describe('handbook pages', () => {
  it('are cut at their headings', () => {
    expect(page).toMatchObject({ name: 'map', title: 'Map' })
    expect(partsOf(page).map(({ anchor, title }) => [anchor, title])).toEqual([
      ['', 'Map'],
      ['lasso-and-box', 'Lasso and box'],
      ['colour', 'Colour'],
    ])
    expect(anchorOf('套索与框选')).toBe('套索与框选')
  })

  it('are the same in both languages, and link only to what is there', () => {
    const [en, zh] = [pagesIn('en'), pagesIn('zh-CN')]
    expect(en.length).toBeGreaterThan(5)
    expect(zh.map(({ name }) => name)).toEqual(en.map(({ name }) => name))
    for (const pages of [en, zh])
      for (const { name, title, text } of pages) {
        expect(title, name).not.toBe('')
        for (const [, target] of text.matchAll(/\]\(([^)]+)\)/g)) {
          if (/^(command:|https?:)/.test(target!)) continue
          const [file, anchor] = target!.split('#')
          const to = file === '' ? name : file!.replace(/\.md$/, '')
          const found = pages.find((other) => other.name === to)
          expect(found, `${name}: ${target}`).toBeDefined()
          if (anchor)
            expect(
              partsOf(found!).map((part) => part.anchor),
              `${name}: ${target}`,
            ).toContain(anchor)
        }
      }
  })
})

describe('the search', () => {
  const search = new HandbookSearch([
    page,
    pageOf('05-timeline.md', '# 时间线\n\n拖动可选择时间段，其它视图随之筛选。\n'),
  ])

  it('finds words, their beginnings and slips of a letter, headings first', () => {
    expect(search.find('lasso')[0]).toMatchObject({ page: 'map', anchor: 'lasso-and-box' })
    expect(search.find('acco')[0]).toMatchObject({ page: 'map', anchor: '' })
    expect(search.find('colur')[0]).toMatchObject({ anchor: 'colour' })
    expect(search.find('   ')).toEqual([])
    expect(search.find('zebra')).toEqual([])
  })

  it('finds Chinese without spaces, also words of two characters', () => {
    expect(search.find('筛选')[0]).toMatchObject({ page: 'timeline' })
    expect(search.find('时间段')[0]!.excerpt).toContain('时间段')
    expect(wordsOf('选择时间 lasso')).toEqual(['选', '选择', '择', '择时', '时', '时间', '间', 'lasso'])
  })

  it('finds a page by the words of the other language, its own first, and shows it as it is read', () => {
    const [en, zh] = [pagesIn('en'), pagesIn('zh-CN')]
    const inChinese = new HandbookSearch(zh, en)
    expect(new HandbookSearch(zh).find('lasso')).toEqual([])
    expect(inChinese.find('tour').map((part) => part.page)).toContain('tour')
    const [first] = inChinese.find('lasso')
    expect(first!.page).toBe('map')
    expect(first!.title).toMatch(/\p{Script=Han}/u)
    expect(first!.excerpt).toMatch(/\p{Script=Han}/u)
    expect(new HandbookSearch(en, zh).find('套索')[0]!.excerpt).not.toMatch(/\p{Script=Han}/u)
    // Every part has its other half: found by what its heading is called there.
    for (const page of zh) {
      const other = en.find(({ name }) => name === page.name)!
      expect(partsOf(page).length, page.name).toBe(partsOf(other).length)
    }
  })

  it('shows text without its markup', () => {
    expect(plain('**Bold** and [a link](x.md)\n| a | b |\n|---|---|\n| 1 | 2 |')).toBe(
      'Bold and a link a b 1 2',
    )
  })
})
