import { describe, expect, it } from 'vitest'
import type { ColumnOperator, FeatureColumn } from '../types.ts'
import { DEFAULT_OPERATORS, derivedColumn, derivedName, planDerived } from './plan.ts'
import type { Base } from './plan.ts'

const base = (name: string, rest: Partial<FeatureColumn> = {}, category?: number): Base => ({
  index: 0,
  column: {
    name,
    base: name,
    family: 'attributes',
    relation: null,
    hop: 0,
    operator: 'own',
    kind: 'number',
    ...rest,
  },
  name,
  ...(category !== undefined && { category }),
})
const names = (
  bases: readonly Base[],
  relations: readonly string[],
  {
    operators = DEFAULT_OPERATORS,
    most = 1000,
  }: { operators?: readonly ColumnOperator[]; most?: number } = {},
) => planDerived(bases, bases.length, relations, new Set(operators), most).map(derivedName)

describe('planDerived', () => {
  it('looks one hop into every relation and further over all of them', () => {
    expect(names([base('f')], ['all', 'relation:friend', 'entity:ip'])).toEqual([
      'mean:all:f',
      'power2:all:f',
      'mean:relation:friend:f',
      'mean:entity:ip:f',
      'spread:all:f',
      'power3:all:f',
      'max:all:f',
      ...['spread', 'max', 'power2'].flatMap((x) => [`${x}:relation:friend:f`, `${x}:entity:ip:f`]),
    ])
  })

  it('gives up operators, never columns, when there would be too many', () => {
    const bases = Array.from({ length: 30 }, (_, i) => base(`f${i}`))
    const some = names(bases, ['all', 'relation:friend'], { most: 130 })
    expect(some).toHaveLength(90)
    for (const operator of ['mean:all', 'power2:all', 'mean:relation:friend'])
      for (let i = 0; i < 30; i++) expect(some).toContain(`${operator}:f${i}`)
    // One mean of everything, however many there are.
    expect(names(bases, ['all', 'relation:friend'], { most: 10 })).toHaveLength(30)
  })

  it('keeps structure within its own relation and takes shares of categories', () => {
    const degree = base('degree', { family: 'structure', relation: 'entity:ip' })
    const planned = names([degree, base('os=ios', {}, 0)], ['all', 'entity:ip'])
    expect(planned.filter((x) => x.endsWith(':degree'))).toEqual([
      'mean:entity:ip:degree',
      'spread:entity:ip:degree',
      'max:entity:ip:degree',
      'power2:entity:ip:degree',
    ])
    expect(planned.filter((x) => x.endsWith('os=ios') && !/^(mean|power)/.test(x))).toEqual([])
  })

  it('computes band and residual when asked, nothing without relations', () => {
    expect(names([base('f')], ['all'], { operators: ['band', 'residual'] })).toEqual([
      'band:all:f',
      'residual:all:f',
    ])
    expect(names([base('f')], [])).toEqual([])
  })

  it('says what a column is', () => {
    const [derived] = planDerived([base('f', { unit: 'days' })], 1, ['all'], new Set(['power']), 1000)
    expect(derivedColumn(derived)).toEqual({
      name: 'power2:all:f',
      base: 'f',
      family: 'attributes',
      relation: 'all',
      hop: 2,
      operator: 'power',
      kind: 'number',
      unit: 'days',
    })
  })
})
