import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heaviestOfEach, MOST_NEIGHBOURS } from './neighbours.ts'

test('keeps the heaviest edges of each community, both ways, as a look at every edge finds them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 45 }).chain((n) =>
        fc.record({
          n: fc.constant(n),
          edges: fc.uniqueArray(
            fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 9 })).filter(([a, b]) => a < b),
            { selector: ([a, b]) => `${a} ${b}`, maxLength: 400 },
          ),
        }),
      ),
      ({ n, edges }) => {
        edges.sort((a, b) => b[2] - a[2])
        const found = heaviestOfEach(
          {
            source: Uint32Array.from(edges, (e) => e[0]),
            target: Uint32Array.from(edges, (e) => e[1]),
            weight: Float32Array.from(edges, (e) => e[2]),
          },
          n,
        )
        for (let c = 0; c < n; c++) {
          const wanted = edges
            .filter(([a, b]) => a === c || b === c)
            .map(([a, b, weight]) => [a === c ? b : a, weight])
            .slice(0, MOST_NEIGHBOURS)
          const [from, to] = [found.offsets[c]!, found.offsets[c + 1]!]
          expect(
            Array.from({ length: to - from }, (_, i) => [found.other[from + i], found.weight[from + i]]),
          ).toEqual(wanted)
        }
      },
    ),
    { numRuns: 60 },
  )
})
