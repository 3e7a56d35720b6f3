import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { combineCsr, csrFromPairs, filterCsr, findEntry } from './csr.ts'
import { PairTable } from './pair-table.ts'
import { projectEntities } from './project-entities.ts'
import type { Csr } from './types.ts'

const row = fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 5 }))

/** The promises of types.ts. */
function expectProper(csr: Csr): void {
  for (let u = 0; u < csr.n; u++) {
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      const v = csr.targets[e]
      expect(v).not.toBe(u)
      if (e > csr.offsets[u]) expect(v).toBeGreaterThan(csr.targets[e - 1])
      expect(csr.weights[e]).toBeGreaterThan(0)
      expect(csr.weights[findEntry(csr, v, u)]).toBe(csr.weights[e])
    }
  }
  expect(csr.targets.length).toBe(csr.offsets[csr.n])
}
const dense = (csr: Csr): number[][] =>
  Array.from({ length: csr.n }, (_, u) =>
    Array.from({ length: csr.n }, (_, v) => {
      const e = findEntry(csr, u, v)
      return e < 0 ? 0 : csr.weights[e]
    }),
  )

test('a pair table folds equal pairs like a map would, however often it had to make room', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 200 }),
      fc.constantFrom('sum' as const, 'max' as const),
      fc.constantFrom(null, 2),
      fc.constantFrom(4, 1000),
      // Long rows, and keys that don't fit a double together with their place.
      fc.constantFrom(10, 2),
      fc.constantFrom(10, 2 ** 50),
      (all, fold, constant, foldRows, aCount, bCount) => {
        const rows = all.map(([a, b, v]) => [a % aCount, b, v])
        const table = new PairTable(aCount, bCount, fold, foldRows, constant)
        const map = new Map<number, number>()
        for (const [a, b, own] of rows) {
          const v = constant ?? own
          table.push(a, b, v)
          const old = map.get(a * 10 + b)
          map.set(a * 10 + b, old === undefined ? v : fold === 'sum' ? old + v : Math.max(old, v))
        }
        const { length, a, b, value } = table.distinct()
        const found = Array.from({ length }, (_, i) => [a[i] * 10 + b[i], value[i]])
        expect(found).toEqual([...map].sort((x, y) => x[0] - y[0]))
      },
    ),
  )
})

const graph = fc.array(row, { maxLength: 40 }).map((rows) => {
  const table = new PairTable(10, 10, 'sum')
  for (const [a, b, w] of rows) if (a !== b) table.push(Math.min(a, b), Math.max(a, b), w)
  return csrFromPairs(10, table.distinct(), (w) => w)
})

test('graphs from pairs are proper; combining adds entry by entry and remembers who contributed', () => {
  fc.assert(
    fc.property(fc.array(graph, { maxLength: 5 }), (parts) => {
      const { csr, mask } = combineCsr(10, parts)
      for (const part of [...parts, csr]) expectProper(part)
      const sum = dense(csr)
      for (let u = 0; u < 10; u++)
        for (let v = 0; v < 10; v++) {
          const values = parts.map((part) => dense(part)[u][v])
          expect(sum[u][v]).toBe(values.reduce((x, y) => x + y, 0))
          const e = findEntry(csr, u, v)
          if (e >= 0) expect(mask[e]).toBe(values.reduce((bits, w, k) => bits | (w > 0 ? 1 << k : 0), 0))
        }
    }),
    { numRuns: 40 },
  )
})

test('filtering keeps what it is told to', () => {
  fc.assert(
    fc.property(graph, fc.nat(5), (csr, least) => {
      const kept = filterCsr(
        csr,
        Uint8Array.from(csr.weights, (w) => (w > least ? 1 : 0)),
      )
      expectProper(kept)
      expect(dense(kept)).toEqual(dense(csr).map((line) => line.map((w) => (w > least ? w : 0))))
    }),
  )
})

test('the projection equals listing every pair of every entity', async () => {
  const users = fc.uniqueArray(fc.nat(11), { minLength: 2, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.array(users, { maxLength: 15 }), fc.boolean(), async (entities, aged) => {
      const lists = entities.map((list) => list.sort((a, b) => a - b))
      const accounts = Uint32Array.from(lists.flat())
      const factor = Float32Array.from(accounts, (_, i) => (aged ? 1 / (1 + (i % 4)) : 1))
      const offsets = new Uint32Array(lists.length + 1)
      lists.forEach((list, e) => (offsets[e + 1] = offsets[e] + list.length))
      const each = Float64Array.from(lists, (list) => 2 / (list.length - 1))
      const entity = Uint32Array.from(lists, (_, e) => e + 1)
      const sharing = { n: 12, offsets, accounts, factor, each, entity, near: null }
      const { csr, shared } = await projectEntities(sharing, freePace(), true)
      expectProper(csr)
      const weight = Array.from({ length: 12 }, () => new Float64Array(12))
      const count = Array.from({ length: 12 }, () => new Uint32Array(12))
      for (let e = 0; e < lists.length; e++) {
        for (let i = offsets[e]; i < offsets[e + 1]; i++) {
          for (let j = offsets[e]; j < offsets[e + 1]; j++) {
            if (i === j) continue
            weight[accounts[i]][accounts[j]] += (2 / (lists[e].length - 1)) * Math.min(factor[i], factor[j])
            count[accounts[i]][accounts[j]]++
          }
        }
      }
      for (let u = 0; u < 12; u++)
        for (let v = 0; v < 12; v++) {
          const at = findEntry(csr, u, v)
          expect(at < 0 ? 0 : csr.weights[at]).toBeCloseTo(weight[u][v], 5)
          expect(at < 0 ? 0 : shared![at]).toBe(count[u][v])
        }
      // What the weight is chosen for: an entity gives each of its accounts a strength of 1 (times the weight).
      if (!aged) {
        for (let u = 0; u < 12; u++) {
          let strength = 0
          for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) strength += csr.weights[e]
          expect(strength).toBeCloseTo(2 * lists.filter((list) => list.includes(u)).length, 4)
        }
      }
    }),
  )
})
