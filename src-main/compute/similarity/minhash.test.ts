import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { normalizedString } from '../text/normalize.ts'
import { chooseBands, nearDuplicates, type OwnedText } from './minhash.ts'

/** Shingles as strings: the definition, without hashing. */
function grams(text: string): Set<string> {
  const chars = [...` ${normalizedString(text)} `]
  const out = new Set<string>()
  for (let i = 0; i + 5 <= chars.length; i++) out.add(chars.slice(i, i + 5).join(''))
  return out
}
function similarity(a: Set<string>, b: Set<string>): number {
  let common = 0
  for (const g of a) if (b.has(g)) common++
  return common / (a.size + b.size - common)
}
/** Every pair of owners whose best pair of texts is at least `from` alike. */
function bruteForce(texts: OwnedText[], from: number, minLength: number): Map<string, number> {
  const sets = texts
    .filter((t) => [...normalizedString(t.text)].length >= minLength)
    .map((t) => ({ owner: t.owner, set: grams(t.text) }))
  const best = new Map<string, number>()
  for (const [i, x] of sets.entries()) {
    for (const y of sets.slice(i + 1)) {
      if (x.owner === y.owner) continue
      const s = similarity(x.set, y.set)
      const key = `${Math.min(x.owner, y.owner)} ${Math.max(x.owner, y.owner)}`
      if (s >= from && s > (best.get(key) ?? -1)) best.set(key, s)
    }
  }
  return best
}
const listed = (found: Awaited<ReturnType<typeof nearDuplicates>>) =>
  new Map(Array.from(found.a, (a, i) => [`${a} ${found.b[i]}`, found.similarity[i]]))

/** Deterministic random numbers in [0, 1). */
function random(seed: number): () => number {
  let s = seed
  return () => {
    s = (Math.imul(s, 1_664_525) + 1_013_904_223) >>> 0
    return s / 2 ** 32
  }
}
const WORDS =
  'the quick brown fox jumps over lazy dogs while seven bold wizards bake pale 兼职刷单 日结 加微信 客服'
    .split(' ')
    .concat('please contact our official support team to unlock account bonus reward transfer fee'.split(' '))
/** `families` texts, each with `variants` that differ by some changed characters. */
function corpus(families: number, variants: number, seed: number): OwnedText[] {
  const next = random(seed)
  const out: OwnedText[] = []
  for (let f = 0; f < families; f++) {
    const base = Array.from({ length: 12 }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ')
    for (let v = 0; v < variants; v++) {
      const chars = [...base]
      for (let k = Math.floor(next() * 4); k > 0; k--)
        chars[Math.floor(next() * chars.length)] = String.fromCharCode(97 + Math.floor(next() * 26))
      out.push({ owner: Math.floor(next() * families * variants * 2), text: chars.join('') })
    }
  }
  return out
}

describe('near-duplicate texts', () => {
  test('small corpora are compared exactly: brute force finds the same pairs with the same similarity', async () => {
    const text = fc
      .array(fc.constantFrom(...WORDS.slice(0, 6)), { minLength: 1, maxLength: 5 })
      .map((w) => w.join(' '))
    const texts = fc.array(fc.record({ owner: fc.integer({ min: 0, max: 9 }), text }), { maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(0.3, 0.5, 0.8, 1), async (given, minSimilarity) => {
        const options = { minSimilarity, minLength: 9, hubCap: 100 }
        const found = listed(await nearDuplicates(given, options, freePace()))
        const expected = bruteForce(given, minSimilarity, 9)
        expect([...found.keys()]).toEqual([...found.keys()].sort(byOwners))
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
        for (const [key, s] of found) expect(s).toBeCloseTo(expected.get(key)!, 5)
      }),
      { numRuns: 120 },
    )
  })

  test.each([0.8, 0.5])(
    'large corpora: hashing at %s misses at most 2 in 100 above, invents nothing',
    async (s) => {
      const texts = corpus(130, 8, 7)
      const found = listed(
        await nearDuplicates(
          texts,
          { minSimilarity: s, minLength: 20, hubCap: 60, exactUpTo: 0 },
          freePace(),
        ),
      )
      const expected = bruteForce(texts, s, 20)
      for (const [key, value] of found) expect(value).toBeCloseTo(expected.get(key) ?? -1, 5)
      const clear = [...expected].filter(([, value]) => value >= s + 0.05)
      expect(clear.length).toBeGreaterThan(500)
      expect(clear.filter(([key]) => found.has(key)).length / clear.length).toBeGreaterThanOrEqual(0.98)
    },
  )

  test('a text that too many have joins nobody and is counted; a smaller group is listed', async () => {
    const copies = (n: number, from: number, text: string) =>
      Array.from({ length: n }, (_, i) => ({ owner: from + i, text }))
    const texts = [
      ...copies(5, 0, 'welcome to my page, follow me!'),
      ...copies(3, 100, 'earn 500 a day, ask the official helper'),
      // Case, width, digits and blanks don't make another text; a second time by the same owner is no second owner.
      { owner: 102, text: 'Earn ９00 a   day, ask the official helper' },
    ]
    const found = await nearDuplicates(texts, { minSimilarity: 0.8, minLength: 20, hubCap: 4 }, freePace())
    expect(found.hubs).toBe(1)
    expect([...listed(found)]).toEqual([
      ['100 101', 1],
      ['100 102', 1],
      ['101 102', 1],
    ])
  })

  test('a huge group of near-identical texts costs at most hubCap pairs a text and band', async () => {
    const next = random(3)
    const base = 'limited offer today only, write to the assistant and receive your reward at once, '.repeat(
      2,
    )
    const texts = Array.from({ length: 3000 }, (_, owner) => ({
      owner,
      text:
        base + Array.from({ length: 3 }, () => String.fromCharCode(97 + Math.floor(next() * 26))).join(''),
    }))
    const { bands } = chooseBands(0.8)
    const found = await nearDuplicates(texts, { minSimilarity: 0.8, minLength: 20, hubCap: 10 }, freePace())
    expect(found.a.length).toBeGreaterThan(3000)
    expect(found.a.length).toBeLessThanOrEqual(3000 * 10 * bands)
  })

  test('the order of arrival changes nothing, and an async iterable will do', async () => {
    const texts = corpus(450, 5, 11)
    const options = { minSimilarity: 0.6, minLength: 20, hubCap: 8 }
    const forwards = await nearDuplicates(texts, options, freePace())
    const backwards = await nearDuplicates(
      (async function* () {
        yield* texts.toReversed()
      })(),
      options,
      freePace(),
    )
    expect(backwards).toEqual(forwards)
  })

  test('no texts, and a cancel', async () => {
    const options = { minSimilarity: 0.8, minLength: 20, hubCap: 60 }
    expect((await nearDuplicates([], options, freePace())).a).toHaveLength(0)
    const abort = new AbortController()
    abort.abort()
    await expect(nearDuplicates([], options, createPace(abort.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
  })

  test('bands are chosen so that a pair at the threshold is hardly ever missed', () => {
    for (const s of [0.3, 0.5, 0.7, 0.8, 0.9]) {
      const { bands, rows } = chooseBands(s)
      expect(1 - (1 - s ** rows) ** bands).toBeGreaterThanOrEqual(0.995)
      expect(bands * rows).toBeLessThanOrEqual(192)
    }
  })
})

function byOwners(x: string, y: string): number {
  const [a, b] = x.split(' ').map(Number)
  const [c, d] = y.split(' ').map(Number)
  return a - c || b - d
}
