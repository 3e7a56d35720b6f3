import { expect, test } from 'vitest'
import { tellingWords, wordsOf, type Counted } from './themes.ts'

test('words of Chinese and English texts, once each, without function words', () => {
  const words = wordsOf('这个账号加群刷单，让我转账 Transfer the money, transfer NOW')
  expect([...words.keys()]).toEqual(expect.arrayContaining(['transfer', 'money', '转账']))
  expect(words.get('转账')).toBe('zh')
  expect(words.get('transfer')).toBe('en')
  for (const gone of ['the', '这个', '我', 'now']) expect(words.has(gone)).toBe(false)
})

const counted = (reports: number, counts: Record<string, number>): Counted => ({
  reports,
  counts: new Map(Object.entries(counts)),
})

test('what everybody writes is no theme; what only these write is, the more of them the stronger', () => {
  const found = tellingWords(
    counted(20, { 刷单: 15, 转账: 9, account: 18, once: 1 }),
    counted(400, { 刷单: 4, 转账: 12, account: 350 }),
  )
  expect(found.map((w) => w.word)).toEqual(['刷单', '转账'])
  expect(found[0]).toMatchObject({ inside: 15, outside: 4 })
  expect(found[0]!.z).toBeGreaterThan(found[1]!.z)
})

test('a word in every report of the group stays finite', () => {
  const [word] = tellingWords(counted(8, { 话术: 8 }), counted(300, {}))
  expect(word!.z).toBeGreaterThan(1.96)
  expect(Number.isFinite(word!.z)).toBe(true)
})
