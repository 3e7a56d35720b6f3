import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSplits } from './splits-file.ts'

describe('a splits file', () => {
  test('says of each account and split what it is for', () => {
    const text =
      '\ufeffaccount_id,s0,"s,1"\r\na,train,test\r\n"b ""x""",test,val\r\n\r\nc,val,train\r\nd,,TRAIN'
    expect(parseSplits(text, 'f.csv')).toEqual([
      { name: 's0', train: ['a'], test: ['b "x"'] },
      { name: 's,1', train: ['c', 'd'], test: ['a'] },
    ])
  })

  test.each([
    ['id,s0\na,train\n', 'row 0 has no column account_id, but id, s0'],
    ['account_id\na\n', 'no column beside account_id'],
    ['account_id,s0\na,train\nb,tset\n', 'row 2, column s0 is "tset"; it must be train, val or test'],
    ['account_id,s0\na,train\na,test\n', 'row 2, column account_id: a is there a second time'],
    ['account_id,s0\na,train\nb\n', 'row 2 has 1 fields, but the header has 2'],
    ['account_id,s0\n,train\n', 'row 1, column account_id is empty'],
    ['account_id,s0\na,train\nb,val\n', 'column s0 marks no account as test'],
    ['account_id,s0\n', 'there are no rows in it'],
    ['', 'there are no rows in it'],
    ['account_id,s0\n"a,train\n', 'the quote of line 2 never ends'],
    ['account_id,s0\n"a"b,train\n', 'line 2 goes on behind a closing quote'],
  ])('names what is wrong with %j', (text, message) => {
    expect(() => parseSplits(text, 'f.csv')).toThrow(`f.csv: `)
    expect(() => parseSplits(text, 'f.csv')).toThrow(message)
  })

  test('reads back whatever keys are written to it', () => {
    const keys = fc.uniqueArray(
      fc.string({ minLength: 1 }).map((key) => key.trim() || 'k'),
      { minLength: 2, maxLength: 30 },
    )
    fc.assert(
      fc.property(keys, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), (given, end, last) => {
        const quote = (key: string) => `"${key.replaceAll('"', '""')}"`
        const lines = given.map((key, i) => `${quote(key)},${i === 0 ? 'test' : 'train'}`)
        const text = ['account_id,s', ...lines].join(end) + (last ? end : '')
        expect(parseSplits(text, 'f')).toEqual([{ name: 's', train: given.slice(1), test: [given[0]] }])
      }),
    )
  })
})
