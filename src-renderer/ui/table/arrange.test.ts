import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrange, EMPTY_LAYOUT, moved, nextSorts, ordered } from './arrange.ts'

const columns = [
  { key: 'a', width: '1fr' },
  { key: 'b', width: '80px' },
  { key: 'c', width: '80px', optional: true },
  { key: 'd', width: '80px' },
]
const keys = (list: { key: string }[]) => list.map((c) => c.key).join('')

describe('arrange', () => {
  it('shows what is not optional as it stands at first', () => {
    expect(keys(arrange(columns, EMPTY_LAYOUT))).toBe('abd')
  })
  it('takes order, choice and width; a column that came later follows its neighbour', () => {
    const layout = { order: ['d', 'a', 'gone'], visible: { c: true, a: false }, widths: { d: 120 } }
    expect(keys(ordered(columns, layout))).toBe('dabc')
    expect(arrange(columns, layout).map((c) => [c.key, c.width])).toEqual([
      ['d', '120px'],
      ['b', '80px'],
      ['c', '80px'],
    ])
  })
  it('never shows nothing', () => {
    expect(keys(arrange(columns, { ...EMPTY_LAYOUT, visible: { a: false, b: false, d: false } }))).toBe('abd')
  })
  it('loses and doubles no column, whatever was remembered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'x')), (order) => {
        expect(
          ordered(columns, { ...EMPTY_LAYOUT, order })
            .map((c) => c.key)
            .sort(),
        ).toEqual(['a', 'b', 'c', 'd'])
      }),
    )
  })
})

it('moves a column before another, or to the end', () => {
  expect(moved(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b'])
  expect(moved(['a', 'b', 'c'], 'a', null)).toEqual(['b', 'c', 'a'])
  expect(moved(['a', 'b'], 'a', 'gone')).toEqual(['a', 'b'])
})

it('sorts by one, turns it round, adds others behind it and takes them away again', () => {
  let sorts = nextSorts([], 'a', true, false)
  expect(sorts).toEqual([{ key: 'a', descending: true }])
  sorts = nextSorts(sorts, 'a', true, false)
  expect(sorts).toEqual([{ key: 'a', descending: false }])
  sorts = nextSorts(sorts, 'b', false, true)
  expect(sorts.map((s) => s.key)).toEqual(['a', 'b'])
  sorts = nextSorts(sorts, 'b', false, true)
  expect(sorts[1]).toEqual({ key: 'b', descending: true })
  sorts = nextSorts(sorts, 'b', false, true)
  expect(sorts.map((s) => s.key)).toEqual(['a'])
  expect(nextSorts(sorts, 'b', true, false)).toEqual([{ key: 'b', descending: true }])
})
