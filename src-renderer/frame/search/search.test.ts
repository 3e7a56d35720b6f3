import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distance, fuzzyScore } from './fuzzy.ts'
import { readQuery } from './query.ts'
import { addRecent } from './recent.ts'

describe('fuzzyScore', () => {
  const NAMES = [
    'Map',
    'Timeline',
    'Reset the layout',
    'Clear the selection',
    'Open the view: Night',
    '清除筛选',
    '时间线',
  ]
  const best = (typed: string) =>
    NAMES.map((name) => [fuzzyScore(typed, name), name] as const).sort((a, b) => b[0] - a[0])[0]!

  it('forgives slips, finds parts, initials and Chinese words of two characters', () => {
    const wanted = {
      tmeline: 'Timeline',
      timlein: 'Timeline',
      lay: 'Reset the layout',
      'layout reset': 'Reset the layout',
      celar: 'Clear the selection',
      rtl: 'Reset the layout',
      night: 'Open the view: Night',
      筛选: '清除筛选',
      时间: '时间线',
    }
    for (const [typed, name] of Object.entries(wanted))
      expect(best(typed), typed).toEqual([expect.any(Number), name])
  })

  it('finds nothing in something else', () => {
    for (const typed of ['xyzzy', 'account', '社群', 'qq']) expect(best(typed)[0], typed).toBe(0)
  })

  it('is 1 for the name itself, and a longer beginning never scores worse than no match', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.nat(), (name, cut) => {
        expect(fuzzyScore(name, name)).toBe(1)
        const beginning = name.slice(0, 1 + (cut % name.length)).trimEnd()
        expect(fuzzyScore(beginning, name)).toBeGreaterThan(0)
      }),
    )
  })
})

describe('distance', () => {
  it('is a distance: symmetric, zero for the same, at most the longer word', () => {
    const word = fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b)).toBe(distance(b, a))
        expect(distance(a, b) === 0).toBe(a === b)
        expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
    expect(distance('timlein', 'timeline')).toBe(2)
    expect(distance('ab', 'ba')).toBe(1)
  })
})

describe('readQuery', () => {
  it('takes signs of either width from what follows', () => {
    expect(readQuery(' >map')).toEqual({ mode: 'commands', text: 'map' })
    expect(readQuery('＠ab ')).toEqual({ mode: 'accounts', text: 'ab' })
    expect(readQuery('#')).toEqual({ mode: 'communities', text: '' })
    expect(readQuery('？谁')).toEqual({ mode: 'question', text: '谁' })
    expect(readQuery('a > b')).toEqual({ mode: 'all', text: 'a > b' })
  })
})

describe('recent searches', () => {
  it('are newest first, each once, and few', () => {
    let list: string[] = []
    for (let i = 0; i < 20; i++) list = addRecent(list, `q${i}`)
    expect(list).toHaveLength(8)
    expect(addRecent(list, 'q15')[0]).toBe('q15')
    expect(addRecent(list, 'q15')).toHaveLength(8)
    expect(addRecent(list, '  ')).toBe(list)
  })
})
