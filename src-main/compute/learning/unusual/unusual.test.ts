import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace, freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { Csr } from '../../graph/types.ts'
import { csrOf } from '../../kernels/testing/graphs.ts'
import type { FeatureSource } from '../features/source.ts'
import type { ColumnFamily, FeatureColumn } from '../types.ts'
import { UNUSUAL } from './index.ts'
import { meanDepth } from './isolation.ts'
import { shareBelow, Tails } from './tails.ts'

const pace = freePace()
const byId = (id: string) => UNUSUAL.find((one) => one.id === id)!

interface Given {
  family: ColumnFamily
  values: number[]
  kind?: 'number' | 'category'
}
function sourceOf(csr: Csr, given: Given[]): FeatureSource {
  const columns = given.map(({ family, kind = 'number' }, k): FeatureColumn => ({
    name: `c${k}`,
    base: `c${k}`,
    family,
    relation: null,
    hop: 0,
    operator: 'own',
    kind,
  }))
  const values = given.map((one) => Float32Array.from(one.values))
  return {
    graph: { combined: csr, channels: [], accountIds: new Uint32Array(csr.n) },
    table: {
      n: csr.n,
      columns,
      sha256: '',
      column: async (k: number) => values[k],
      gather: async (nodes: Uint32Array, out: Float32Array) =>
        nodes.forEach((u, i) => values.forEach((column, k) => (out[i * values.length + k] = column[u]))),
      close: async () => {},
    },
  } as unknown as FeatureSource
}

const N = 400
const noise = (seed: number): number[] => {
  const random = new Random(seed)
  return Array.from({ length: N }, () => random.next() + random.next() + random.next())
}
const ring = csrOf(
  N,
  Array.from({ length: N }, (_, u) => [u, (u + 1) % N, 1] as const),
)

describe('tails', () => {
  test('are those of ECOD, by definition', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 6, maxLength: 6 }), {
          minLength: 1,
          maxLength: 4,
        }),
        (columns) => {
          const tails = new Tails(6)
          for (const column of columns) tails.add(Float32Array.from(column), 'number')
          const used = columns.filter((column) => new Set(column).size > 1)
          expect(tails.columns).toBe(used.length)
          const share = (column: number[], of: (v: number) => boolean) =>
            -Math.log(column.filter(of).length / column.length)
          const got = tails.total()
          for (let u = 0; u < 6; u++) {
            let [low, high, skewed] = [0, 0, 0]
            for (const column of used) {
              const l = share(column, (v) => v <= column[u])
              const h = share(column, (v) => v >= column[u])
              const mean = column.reduce((s, v) => s + v, 0) / 6
              const skew = column.reduce((s, v) => s + (v - mean) ** 3, 0)
              low += l
              high += h
              // A symmetric column may fall to either side by rounding.
              skewed += Math.abs(skew) < 1e-9 ? h : skew > 0 ? h : l
            }
            if (used.every((c) => Math.abs(skewOf(c)) > 1e-9))
              expect(got[u]).toBeCloseTo(Math.max(low, high, skewed), 9)
            else expect(got[u]).toBeGreaterThanOrEqual(Math.max(low, high) - 1e-9)
          }
        },
      ),
    ))
  const skewOf = (column: number[]): number => {
    const mean = column.reduce((s, v) => s + v, 0) / column.length
    return column.reduce((s, v) => s + (v - mean) ** 3, 0)
  }

  test('a missing value is as unusual as one at random; a rare category is unusual', () => {
    const tails = new Tails(4)
    tails.add(Float32Array.of(1, 2, NaN, 3), 'number')
    expect(tails.total()[2]).toBe(1)
    const categories = new Tails(5)
    categories.add(Float32Array.of(0, 0, 0, 0, 1), 'category')
    expect(categories.total()[4]).toBeCloseTo(Math.log(5), 9)
    expect(categories.total()[0]).toBeCloseTo(-Math.log(0.8), 9)
  })

  test('become shares of accounts that are below', async () => {
    expect([...(await shareBelow(Float64Array.of(3, 1, 3, 7), pace))]).toEqual([0.5, 0.125, 0.5, 0.875])
  })
})

describe('each signal finds what was planted for it, and nothing else does', () => {
  const family = (name: ColumnFamily, at: number): Given => {
    const values = noise(at)
    values[at] = 30
    return { family: name, values }
  }
  const places = { structure: 11, sharing: 22, registration: 33, logins: 44, reports: 55, attributes: 66 }
  const source = sourceOf(
    ring,
    Object.entries(places).map(([name, at]) => family(name as ColumnFamily, at)),
  )
  test.each(Object.entries(places))('unusual-%s', async (name, at) => {
    const scores = await byId(`unusual-${name}`).run(source, {}, 1, pace)
    expect(scores.indexOf(Math.max(...scores))).toBe(at)
    for (const s of scores) expect(s > 0 && s < 1).toBe(true)
    for (const other of Object.values(places)) if (other !== at) expect(scores[other]).toBeLessThan(0.999)
  })

  test('unusual-neighbours: a value that is common, but not here', async () => {
    // A gradient along the ring: 150 is no tail, but at account 50 it is far from its neighbours'.
    const values = Array.from({ length: N }, (_, u) => u + 0)
    values[50] = 150
    const graded = sourceOf(ring, [{ family: 'attributes', values }])
    const scores = await byId('unusual-neighbours').run(graded, {}, 1, pace)
    const rank = (u: number) => scores.filter((s) => s > scores[u]).length
    // Its neighbours and the ring's seam stand out as well.
    expect(rank(50)).toBeLessThan(5)
    const plain = await byId('unusual-attributes').run(graded, {}, 1, pace)
    expect(plain[50]).toBeLessThan(0.7)
  })

  test('unusual-isolation: a combination that is rare while each value is common', async () => {
    const x = noise(1)
    const y = x.map((v, u) => v + 0.02 * noise(2)[u])
    x[7] = 2.9
    y[7] = 0.1
    const scores = await byId('unusual-isolation').run(
      sourceOf(ring, [
        { family: 'attributes', values: x },
        { family: 'logins', values: y },
      ]),
      {},
      1,
      pace,
    )
    expect(scores[7]).toBeGreaterThan(0.97)
    expect(meanDepth(256)).toBeCloseTo(10.24, 2)
  })

  test('unusual: far out in several signals before far out in one', async () => {
    const columns = (['sharing', 'logins', 'reports'] as const).map((name, k): Given => {
      const values = noise(k + 90)
      values[3] = 30
      if (k === 0) values[4] = 40
      return { family: name, values }
    })
    const scores = await byId('unusual').run(sourceOf(ring, columns), {}, 1, pace)
    expect(scores.indexOf(Math.max(...scores))).toBe(3)
    expect(await byId('unusual').run(sourceOf(ring, columns), {}, 1, pace)).toEqual(scores)
  })
})

test('says what the export lacks, and hears a cancel', async () => {
  const bare = sourceOf(csrOf(4, []), [{ family: 'attributes', values: [1, 1, 1, 1] }])
  for (const one of UNUSUAL)
    await expect(one.run(bare, {}, 1, pace), one.id).rejects.toMatchObject({
      code: 'nothing_to_analyze',
      message: expect.stringMatching(/^Nothing to rank by: the export has no /),
    })
  const controller = new AbortController()
  controller.abort()
  const source = sourceOf(ring, [{ family: 'logins', values: noise(1) }])
  for (const id of ['unusual', 'unusual-logins', 'unusual-isolation', 'unusual-neighbours'])
    await expect(byId(id).run(source, {}, 1, createPace(controller.signal)), id).rejects.toMatchObject({
      code: 'cancelled',
    })
})
