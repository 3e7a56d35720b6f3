import { describe, expect, it } from 'vitest'
import type { Candidate } from './candidates.ts'
import { combinations, smallestFlip } from './flip.ts'
import type { Single } from './flip.ts'

const candidate = (ref: string, kind: Candidate['what']['kind'] = 'entity'): Candidate => ({
  what: { kind, ref, label: ref, type: null },
  change: {},
})

/** A score of 1 of which every candidate takes its part away, or what `score` says of the refs that are left out. */
async function flipOf(
  parts: Record<string, number>,
  threshold: number,
  score = (refs: readonly string[]) => refs.reduce((left, ref) => left - parts[ref], 1),
  kinds: Record<string, Candidate['what']['kind']> = {},
) {
  const scores = async (sets: readonly (readonly Candidate[])[]) =>
    Float64Array.from(sets, (set) => score(set.map(({ what }) => what.ref)))
  const singles = Object.keys(parts)
    .map((ref): Single => ({ ...candidate(ref, kinds[ref]), after: score([ref]) }))
    .sort((a, b) => a.after - b.after)
  const found = await smallestFlip(singles, threshold, scores)
  return (
    found && { refs: found.set.map(({ what }) => what.ref).sort(), after: found.after, exact: found.exact }
  )
}

describe('smallestFlip', () => {
  it('takes one where one is enough, the one that does most', async () => {
    const found = await flipOf({ a: 0.3, b: 0.6, c: 0.55 }, 0.5)
    expect(found).toMatchObject({ refs: ['b'], exact: true })
    expect(found!.after).toBeCloseTo(0.4)
  })

  it('would rather name a thing than a whole relation', async () => {
    const kinds = { b: 'relation' } as const
    expect(await flipOf({ a: 0.55, b: 0.9 }, 0.5, undefined, kinds)).toMatchObject({ refs: ['a'] })
    expect(await flipOf({ a: 0.2, b: 0.9 }, 0.5, undefined, kinds)).toMatchObject({ refs: ['b'] })
  })

  it('finds pairs and triples that only work together', async () => {
    const parts = { a: 0.1, b: 0.02, c: 0.01, d: 0.05 }
    const pair = (refs: readonly string[]) => (refs.includes('b') && refs.includes('c') ? 0.1 : 0.9)
    expect(await flipOf(parts, 0.5, pair)).toMatchObject({ refs: ['b', 'c'], exact: true })
    const triple = (refs: readonly string[]) =>
      ['b', 'c', 'd'].every((one) => refs.includes(one)) ? 0.1 : 0.9
    expect(await flipOf(parts, 0.5, triple)).toMatchObject({ refs: ['b', 'c', 'd'], exact: true })
  })

  it('goes on greedily and puts back what is not needed', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`c${k}`, 0.1]))
    const found = await flipOf(many, 0.45)
    expect(found!.refs).toHaveLength(6)
    expect(found!.exact).toBe(false)
    // x looks best at first, but what it takes away is in y and z as well.
    const parts = { x: 0.15, a: 0.12, b: 0.12, c: 0.12, d: 0.12 }
    const overlapping = (refs: readonly string[]) => {
      const plain = refs.filter((ref) => ref !== 'x').length
      return 1 - Math.max(0.12 * plain, refs.includes('x') ? 0.15 + 0.01 * plain : 0)
    }
    const pruned = await flipOf(parts, 0.53, overlapping)
    expect(pruned).toMatchObject({ refs: ['a', 'b', 'c', 'd'], exact: false })
  })

  it('says so where eight are not enough', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`c${k}`, 0.05]))
    expect(await flipOf(many, 0.5)).toBeNull()
    expect(await flipOf({ a: 0.1 }, 0.5)).toBeNull()
    expect(await flipOf({}, 0.5)).toBeNull()
  })
})

describe('combinations', () => {
  it('lists each set once', () => {
    expect(combinations([1, 2, 3], 2)).toEqual([
      [1, 2],
      [1, 3],
      [2, 3],
    ])
    expect(
      combinations(
        Array.from({ length: 12 }, (_, k) => k),
        3,
      ),
    ).toHaveLength(220)
  })
})
