import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Selection } from '../../state/selection.ts'
import { binsOf, legendPart } from './legend-parts.ts'

describe('a legend that filters', () => {
  it('reads back the range and the values that it set, and takes them away again', () => {
    const ranges = [
      { id: 'risk', filters: 'risk' },
      { id: 'registered', filters: 'registered' },
      { id: 'attribute:age', filters: 'attributes' },
    ]
    for (const info of ranges) {
      const set = legendPart(info, {}).withRange({ min: 0.25, max: 0.75 })
      expect(legendPart(info, set).range).toEqual({ min: 0.25, max: 0.75 })
      const gone = legendPart(info, { ...set, ...legendPart(info, set).withRange(null) })
      expect(gone.range).toBeNull()
    }
    const lists: [string, string, string[]][] = [
      ['label', 'labels', ['malicious']],
      ['verdict', 'verdicts', ['benign', 'unsure']],
      ['reportClass', 'reportClasses', ['spam']],
      ['tag:x', 'tags', ['x']],
      ['community', 'communities', ['3', '0']],
      ['attribute:city', 'attributes', ['上海']],
    ]
    for (const [id, filters, values] of lists) {
      const set = legendPart({ id, filters }, {}).withValues(values)
      expect(legendPart({ id, filters }, set).values).toEqual(values)
      expect(
        legendPart({ id, filters }, { ...set, ...legendPart({ id, filters }, set).withValues([]) }).values,
      ).toEqual([])
    }
  })
  it('leaves the other attributes alone', () => {
    const selection: Selection = {
      attributes: [
        { name: 'city', values: ['a'] },
        { name: 'age', min: 3 },
      ],
    }
    const part = legendPart({ id: 'attribute:age', filters: 'attributes' }, selection)
    expect(part.range).toEqual({ min: 3, max: Infinity })
    expect(part.withRange({ min: 1, max: 2 }).attributes).toEqual([
      { name: 'city', values: ['a'] },
      { name: 'age', min: 1, max: 2 },
    ])
  })
  it('says when it filters by nothing', () => {
    expect(legendPart({ id: 'degree', filters: null }, {}).filters).toBe(false)
    expect(legendPart({ id: 'risk', filters: 'risk' }, {}).filters).toBe(true)
  })
  it('finds the bins that it set, whichever they were', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 }),
        fc.nat(),
        fc.nat(),
        (values, a, b) => {
          const edges = values.sort((x, y) => x - y)
          const bins = edges.length - 1
          const [first, last] = [a % bins, b % bins].sort((x, y) => x - y) as [number, number]
          expect(binsOf(edges, { min: edges[first]!, max: edges[last + 1]! })).toEqual([first, last])
        },
      ),
    )
    expect(binsOf([0, 1], null)).toBeNull()
  })
})
