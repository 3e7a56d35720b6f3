import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { egoSplitting, splitEgos } from './overlap.ts'
import { allConnected } from './quality.ts'
import { csrOf, randomCsr, type Edge } from './testing.ts'

const inputOf = (csr: Csr) => ({
  graph: { combined: csr, accountIds: new Uint32Array(csr.n) },
  db: null as never,
  droppedFacts: 0,
})
const neighbours = (csr: Csr, u: number) =>
  Array.from(csr.targets.subarray(csr.offsets[u], csr.offsets[u + 1]))

/** Components of u's contacts among themselves; written for clearness alone. */
function circles(csr: Csr, u: number, least: number): number[][] {
  const left = new Set(neighbours(csr, u))
  const found: number[][] = []
  for (const first of left) {
    const circle = [first]
    left.delete(first)
    for (let i = 0; i < circle.length; i++) {
      for (let e = csr.offsets[circle[i]]; e < csr.offsets[circle[i] + 1]; e++) {
        if (csr.weights[e] < least || !left.delete(csr.targets[e])) continue
        circle.push(csr.targets[e])
      }
    }
    found.push(circle.sort((a, b) => a - b))
  }
  return found
}

test('the persona graph has one persona per circle, every edge once, sorted and symmetric', () =>
  fc.assert(
    fc.asyncProperty(randomCsr(), fc.constantFrom(0, 1.5), async (csr, least) => {
      const { personas, ownerOf } = await splitEgos(csr, least, freePace())
      for (let u = 0; u < csr.n; u++) {
        const mine = Array.from(ownerOf.keys()).filter((p) => ownerOf[p] === u)
        const contacts = mine.map((p) => neighbours(personas, p).map((q) => ownerOf[q]))
        expect(contacts.map(String).sort()).toEqual(circles(csr, u, least).map(String).sort())
      }
      expect(personas.targets.length).toBe(csr.targets.length)
      for (let p = 0; p < personas.n; p++) {
        expect(neighbours(personas, p)).toEqual(neighbours(personas, p).sort((a, b) => a - b))
        for (let e = personas.offsets[p]; e < personas.offsets[p + 1]; e++) {
          const q = personas.targets[e]
          const back = neighbours(personas, q).indexOf(p)
          expect(personas.weights[personas.offsets[q] + back]).toBe(personas.weights[e])
        }
      }
    }),
  ))

test('communities hang together and belonging is the share of ties inside', () =>
  fc.assert(
    fc.asyncProperty(randomCsr(), async (csr) => {
      const found = await egoSplitting.run(inputOf(csr), { minWeight: null, resolution: 1 }, 1, freePace())
      expect(allConnected(csr, found.membership, found.count, found.overlaps)).toBe(true)
      const { node, community, belonging } = found.overlaps!
      const inside = (u: number, c: number) =>
        found.membership[u] === c || node.some((v, i) => v === u && community[i] === c)
      node.forEach((u, i) => {
        let weight = 0
        let all = 0
        for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
          all += csr.weights[e]
          if (inside(csr.targets[e], community[i])) weight += csr.weights[e]
        }
        expect(belonging[i]).toBeCloseTo(weight / all, 5)
        expect(belonging[i]).toBeLessThanOrEqual(
          Math.max(...belonging.filter((_, j) => node[j] === u && community[j] === found.membership[u])),
        )
      })
    }),
    { numRuns: 60 },
  ))

test('an account of two rings is in both, and only it', async () => {
  const edges: Edge[] = []
  const ring = (members: number[]) =>
    members.forEach((u, i) => members.slice(i + 1).forEach((v) => edges.push([u, v])))
  ring([0, 1, 2, 3, 4])
  ring([4, 5, 6, 7, 8])
  const found = await egoSplitting.run(
    inputOf(csrOf(10, edges)),
    { minWeight: null, resolution: 1 },
    1,
    freePace(),
  )
  expect(found.count).toBe(2)
  expect(Array.from(found.overlaps!.node)).toEqual([4, 4])
  expect(found.membership[9]).toBeGreaterThanOrEqual(2)
  expect(found.stats).toMatchObject({ personas: 10, swallowed: 0 })
})
