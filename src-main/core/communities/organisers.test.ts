import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betweenness, cutMembers, partsOf } from './cut-parts.ts'
import { organiserSigns } from './organisers.ts'

/** Members left in the largest part of v's group when v is taken out, by plain search. */
function plainHeld(things: number[][], v: number): number {
  const reach = (from: number, without: number): Set<number> => {
    const seen = new Set([from])
    const stack = [from]
    while (stack.length > 0) {
      const m = stack.pop()!
      for (const users of things)
        if (users.includes(m))
          for (const w of users) if (w !== without && !seen.has(w)) stack.push((seen.add(w), w))
    }
    return seen
  }
  const group = [...reach(v, -1)].filter((m) => m !== v)
  const largest = Math.max(0, ...group.map((m) => reach(m, v).size))
  return group.length - largest
}

const graphs = fc.integer({ min: 3, max: 9 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    things: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: n - 1 }), { minLength: 2, maxLength: 4 }), {
      maxLength: 7,
    }),
    edges: fc.uniqueArray(
      fc
        .tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 }))
        .filter(([x, y]) => x < y),
      { selector: ([x, y]) => x * 10 + y, maxLength: 16 },
    ),
  }),
)

test('who holds groups together is as taking everybody out one by one says', () => {
  fc.assert(
    fc.property(graphs, ({ n, things }) => {
      const held = cutMembers(n, things)
      for (let v = 0; v < n; v++) expect(held[v]).toBe(plainHeld(things, v))
    }),
    { numRuns: 200 },
  )
})

test('betweenness is the share of shortest paths counted one by one', () => {
  fc.assert(
    fc.property(graphs, ({ n, edges }) => {
      const near = Array.from({ length: n }, () => Array.from({ length: n }, () => Infinity))
      for (let i = 0; i < n; i++) near[i]![i] = 0
      for (const [x, y] of edges) near[x]![y] = near[y]![x] = 1
      for (let k = 0; k < n; k++)
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) near[i]![j] = Math.min(near[i]![j]!, near[i]![k]! + near[k]![j]!)
      const ways = (s: number, t: number): number =>
        s === t
          ? 1
          : edges
              .flatMap(([x, y]) => (x === t ? [y] : y === t ? [x] : []))
              .filter((p) => near[s]![p]! + 1 === near[s]![t])
              .reduce((sum, p) => sum + ways(s, p), 0)
      const found = betweenness(
        n,
        edges.map((e) => e[0]),
        edges.map((e) => e[1]),
        n,
      )
      for (let v = 0; v < n; v++) {
        let share = 0
        for (let s = 0; s < n; s++)
          for (let t = s + 1; t < n; t++) {
            if (s === v || t === v || near[s]![t] === Infinity) continue
            if (near[s]![t] === near[s]![v]! + near[v]![t]!) share += (ways(s, v) * ways(t, v)) / ways(s, t)
          }
        expect(found[v]).toBeCloseTo(share / (((n - 1) * (n - 2)) / 2), 10)
      }
    }),
    { numRuns: 120 },
  )
})

test('parts count members who are tied to somebody', () => {
  expect(partsOf(5, [0, 1, 3], [1, 2, 4], () => true)).toEqual({ tied: 5, largest: 3, parts: 2 })
  expect(partsOf(5, [0, 1, 3], [1, 2, 4], (e) => e !== 2)).toEqual({ tied: 3, largest: 3, parts: 1 })
  expect(partsOf(2, [0], [1], () => false)).toEqual({ tied: 0, largest: 1, parts: 0 })
})

/** Twelve accounts on three devices; account 7 invited nine, is on two of the devices and is paid by six. */
const planted = {
  registered: Array.from({ length: 12 }, (_, i) => (i === 7 ? 0 : 3_600_000 * (24 + i))),
  invitations: [0, 1, 2, 3, 4, 5, 6, 8, 9].map((i): [number, number] => [7, i]),
  payments: [0, 1, 2, 3, 4, 5].map((i): [number, number] => [i, 7]),
  devices: [
    [0, 1, 2, 3, 7],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ],
  a: [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 0],
  b: [7, 7, 7, 7, 7, 7, 7, 7, 7, 9, 10, 1],
}

test('a planted organiser stands first, with every sign named', () => {
  const { strength, signs, asked, sampled } = organiserSigns(12, planted)
  expect(asked).toEqual(['invited', 'collects', 'bridges', 'between', 'first'])
  expect(sampled).toBeNull()
  expect(strength.indexOf(Math.max(...strength))).toBe(7)
  const own = Object.fromEntries(signs[7]!.map((s) => [s.sign, s]))
  expect(own['invited']).toMatchObject({ amount: 9, rank: 1, share: 9 / 11 })
  expect(own['collects']).toMatchObject({ amount: 6, rank: 1 })
  // Without it the four of one device and the three of the other would not be tied.
  expect(own['bridges']).toMatchObject({ amount: 3, rank: 1 })
  expect(own['between']!.rank).toBe(1)
  expect(own['first']).toMatchObject({ rank: 1, amount: 29 })
})

test('without the planted ties nobody is called an organiser by them', () => {
  const { signs } = organiserSigns(12, { ...planted, invitations: [], payments: [[0, 1]] })
  expect(signs.flat().some((s) => s.sign === 'invited' || s.sign === 'collects')).toBe(false)
})

test('what cannot be known is not asked: no relations, no times, two members', () => {
  const none = { registered: [NaN, NaN, NaN], invitations: [], payments: [], devices: [], a: [], b: [] }
  expect(organiserSigns(3, none).asked).toEqual([])
  expect(organiserSigns(2, { ...none, invitations: [[0, 1]] }).asked).toEqual([])
})
