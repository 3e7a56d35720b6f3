import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { comparePartitions, NO_COMMUNITY } from './compare.ts'

interface Reference {
  cases: { a: number[]; b: number[]; nmi: number; ari: number }[]
}
const reference = JSON.parse(
  readFileSync(new URL('../../../tests/reference/detectors-compare.json', import.meta.url), 'utf8'),
) as Reference
const partition = (labels: number[]) => Uint32Array.from(labels, (c) => (c < 0 ? NO_COMMUNITY : c))

test.each(reference.cases.map((c, i) => [i, c] as const))('agrees with scikit-learn (case %i)', (_, c) => {
  const { nmi, ari } = comparePartitions(partition(c.a), partition(c.b))
  expect(nmi).toBeCloseTo(c.nmi, 10)
  expect(ari).toBeCloseTo(c.ari, 10)
})

test('counts who is placed, which communities agree and where they go', () => {
  // 0: four accounts of which b keeps three together with a newcomer; 1: three that b scatters; 2: a pair.
  const a = partition([0, 0, 0, 0, 1, 1, 1, 2, 2, -1, -1])
  const b = partition([7, 7, 7, -1, 7, 8, 9, 8, 8, 9, -1])
  const { flows, ...counts } = comparePartitions(a, b)
  expect(counts).toMatchObject({ both: 8, onlyA: 1, onlyB: 1, comparedCommunities: 2, agreeing: 1 })
  expect(flows.slice(0, 2)).toEqual([
    { from: 0, to: 7, accounts: 3, fromSize: 4, toSize: 4 },
    { from: 2, to: 8, accounts: 2, fromSize: 2, toSize: 3 },
  ])
  expect(flows).toHaveLength(5)
  expect(comparePartitions(a, b, { flows: 1 }).flows).toHaveLength(1)
  expect(comparePartitions(a, b, { minSize: 2 })).toMatchObject({ comparedCommunities: 3, agreeing: 2 })
})

test('says 0 where nobody is placed by both, and refuses different accounts', () => {
  expect(comparePartitions(partition([0, -1]), partition([-1, 0]))).toMatchObject({ nmi: 0, ari: 0, both: 0 })
  expect(comparePartitions(new Uint32Array(0), new Uint32Array(0))).toMatchObject({ nmi: 0, flows: [] })
  expect(() => comparePartitions(new Uint32Array(1), new Uint32Array(2))).toThrow('1 and 2 accounts')
})

const labels = fc.integer({ min: 1, max: 40 }).chain((n) => {
  const one = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: n, maxLength: n })
  return fc.tuple(one, one)
})
test('is symmetric, blind to names, and its flows add up', () => {
  fc.assert(
    fc.property(labels, ([x, y]) => {
      const forth = comparePartitions(partition(x), partition(y))
      const back = comparePartitions(partition(y), partition(x))
      expect(back.nmi).toBeCloseTo(forth.nmi, 12)
      expect(back.ari).toBeCloseTo(forth.ari, 12)
      const renamed = comparePartitions(
        partition(x.map((c) => (c < 0 ? c : 4_000_000_000 - c))),
        partition(y),
      )
      expect(renamed.nmi).toBeCloseTo(forth.nmi, 12)
      expect(renamed.agreeing).toBe(forth.agreeing)
      expect(forth.flows.reduce((sum, flow) => sum + flow.accounts, 0)).toBe(forth.both)
      const self = comparePartitions(partition(x), partition(x))
      if (self.both > 0) expect([self.nmi, self.ari]).toEqual([expect.closeTo(1, 12), 1])
      expect(self.agreeing).toBe(self.comparedCommunities)
    }),
  )
})
