import { describe, expect, it } from 'vitest'
import { readNumber } from './read-number.ts'

describe('readNumber', () => {
  it('reads what people type', () => {
    expect(readNumber(' 12 ', {})).toEqual({ value: 12 })
    expect(readNumber('0,5', {})).toEqual({ value: 0.5 })
    expect(readNumber('1,500', {})).toEqual({ value: 1500 })
    expect(readNumber('1 500 000', {})).toEqual({ value: 1_500_000 })
    expect(readNumber('-1', {})).toEqual({ value: -1 })
  })

  it('says why it refuses', () => {
    expect(readNumber('', {})).toEqual({ refused: 'number' })
    expect(readNumber('sixty', {})).toEqual({ refused: 'number' })
    expect(readNumber('2.5', { integer: true })).toEqual({ refused: 'whole' })
    expect(readNumber('1', { min: 2 })).toEqual({ refused: 'least' })
    expect(readNumber('0', { min: 0, above: true })).toEqual({ refused: 'above' })
    expect(readNumber('51', { max: 50 })).toEqual({ refused: 'most' })
  })
})
