import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import {
  CHANNELS,
  COLUMN_COUNT,
  columnInfo,
  diffuse,
  fillColumns,
  gapColumns,
  operatorsOf,
  scaleFeatures,
} from './channels.ts'
import { FEATURES, GAPS, fromModelSpace, toModelSpace } from './feature-list.ts'
import { LocalColumns } from './local.ts'
import { csrOf } from '../facts/test-graph.ts'
import { median } from './typical.ts'

const WIDTH = FEATURES.length

describe('columns', () => {
  it('are named once each, channel by channel', () => {
    const columns = columnInfo()
    expect(columns).toHaveLength(COLUMN_COUNT)
    expect(new Set(columns.map((c) => c.name)).size).toBe(COLUMN_COUNT)
    expect(columns[WIDTH].name).toBe(`relations.${FEATURES[0].name}`)
    expect(columns[CHANNELS.length * WIDTH].name).toBe(`missing.${GAPS[0]}`)
  })

  it('scale features, cut them and turn missing ones into the training mean', () => {
    const values = new Float32Array(2 * WIDTH).fill(NaN)
    const logins = FEATURES.findIndex((x) => x.name === 'logins')
    values[logins] = Math.expm1(3)
    values[WIDTH + logins] = 1e9
    const scale = {
      mean: FEATURES.map(() => 1),
      std: FEATURES.map(() => 4),
      clip: 3,
    }
    const x = scaleFeatures({ n: 2, values }, scale)
    expect(x[logins]).toBeCloseTo(0.5)
    expect(x[WIDTH + logins]).toBe(3)
    expect(x[0]).toBe(0)
    const gaps = gapColumns({ n: 2, values })
    expect(gaps[GAPS.indexOf('events')]).toBe(1)
    values.fill(1)
    expect([...gapColumns({ n: 2, values })].every((g) => g === 0)).toBe(true)
  })

  it('come back in their own unit', () => {
    for (const feature of FEATURES)
      for (const value of [0.25, 1, 7])
        expect(fromModelSpace(feature, toModelSpace(feature, value))).toBeCloseTo(value)
  })

  it('are the same for one account as for all', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }).chain((n) =>
          fc.record({
            n: fc.constant(n),
            cells: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: n * n, maxLength: n * n }),
            seed: fc.integer({ min: 1, max: 1000 }),
          }),
        ),
        async ({ n, cells, seed }) => {
          const edges = {
            relations: [] as [number, number, number][],
            entities: [] as [number, number, number][],
          }
          const all: [number, number, number][] = []
          for (let u = 0; u < n; u++)
            for (let v = u + 1; v < n; v++) {
              const weight = cells[u * n + v]
              // 1–2 a relation, 3 an entity, 4–5 both.
              if (weight === 1 || weight === 2 || weight > 3) edges.relations.push([u, v, weight])
              if (weight >= 3) edges.entities.push([u, v, 1])
              if (weight > 0) all.push([u, v, weight < 3 ? weight : weight === 3 ? 1 : weight + 1])
            }
          const operators = operatorsOf({
            n,
            relations: csrOf(n, edges.relations),
            entities: csrOf(n, edges.entities),
            all: csrOf(n, all),
          })
          const x = Float32Array.from({ length: n * WIDTH }, (_, i) => Math.sin(i * seed))
          const gaps = Uint8Array.from({ length: n * GAPS.length }, (_, i) => (i * seed) % 2)
          const whole = new Float32Array(n * COLUMN_COUNT)
          fillColumns(await diffuse(operators, x, freePace()), gaps, 0, n, whole)
          const local = new LocalColumns(operators, x, gaps)
          for (let u = 0; u < n; u++) {
            const one = local.columns(u)
            for (let c = 0; c < COLUMN_COUNT; c++)
              expect(Math.abs(one[c] - whole[u * COLUMN_COUNT + c])).toBeLessThan(2e-5)
          }
        },
      ),
      { numRuns: 40, seed: 11 },
    ))

  it('leave a neighbour out exactly where it is one step away', async () => {
    const families = (ties: [number, number, number][]) => {
      const csr = csrOf(4, ties)
      return operatorsOf({ n: 4, relations: csr, entities: null, all: csr })
    }
    const x = Float32Array.from({ length: 4 * WIDTH }, (_, i) => Math.cos(i))
    const gaps = new Uint8Array(4 * GAPS.length)
    const before = new LocalColumns(
      families([
        [0, 1, 2],
        [0, 2, 1],
        [2, 3, 1],
      ]),
      x,
      gaps,
    )
    const after = new LocalColumns(
      families([
        [0, 2, 1],
        [2, 3, 1],
      ]),
      x,
      gaps,
    )
    const got = before.columns(0, (v) => v !== 1)
    const want = after.columns(0)
    for (const channel of ['self', 'relations', 'entities', 'residual']) {
      const at = CHANNELS.findIndex((c) => c.id === channel) * WIDTH
      for (let k = 0; k < WIDTH; k++) expect(got[at + k]).toBeCloseTo(want[at + k], 5)
    }
    // The only neighbour gone: as an account without edges.
    const alone = new LocalColumns(families([[0, 1, 2]]), x, gaps).columns(0, () => false)
    const never = new LocalColumns(families([]), x, gaps).columns(0)
    for (let c = 0; c < COLUMN_COUNT; c++) expect(alone[c]).toBeCloseTo(never[c], 6)
  })
})

describe('median', () => {
  it('is the lower middle', () => {
    expect(median(Float64Array.of(3, 1, 2))).toBe(2)
    expect(median(Float64Array.of(4, 1, 3, 2))).toBe(2)
    expect(median(new Float64Array(0))).toBeNaN()
  })
})

describe('feature groups', () => {
  it('are named after their first feature, so that the value told is that one’s', () => {
    for (const feature of FEATURES) {
      const first = FEATURES.find((x) => x.group === feature.group)!
      expect(feature.family).toBe(first.family)
      if (first.unit !== 'hour') expect(first.name).toBe(feature.group)
    }
  })
})
