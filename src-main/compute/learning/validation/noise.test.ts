import { expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import type { LabelledNodes } from '../types.ts'
import { outOfFold } from './folds.ts'
import { findDoubtful, LISTED, noiseReport } from './noise.ts'
import { everyone, normal, rowsOf, smallBoosting, world, type World } from './test-world.ts'

const pace = freePace()
const scorer = (w: World) => async (labelled: LabelledNodes) => {
  const all = rowsOf(w, Uint32Array.from(w.y.keys()))
  return (await smallBoosting(60)({ ...rowsOf(w, labelled.nodes), y: labelled.y }, 1))(all.x, all.rows)
}

/** Accounts that are plainly one thing or the other, with a share of labels turned round. */
async function flipped(share: number) {
  const w = world({ n: 1200, informative: 8, shift: 2 })
  const random = new Random(11)
  const wrong = Uint8Array.from(w.y, () => (random.next() < share ? 1 : 0))
  const y = w.y.map((label, i) => label ^ wrong[i])
  const oof = await outOfFold(everyone(y), y.length, { folds: 4, seed: 1 }, scorer(w), pace)
  return { wrong, y, p: oof.scores, found: findDoubtful(y, oof.scores) }
}

it('finds turned labels and little else', async () => {
  const { wrong, y, p, found } = await flipped(0.06)
  const planted = wrong.reduce((a, b) => a + b, 0)
  const caught = found.doubtful.filter(({ at }) => wrong[at] === 1).length
  expect(caught / planted).toBeGreaterThan(0.85)
  expect(caught / found.count).toBeGreaterThan(0.75)
  expect(Math.abs(found.estimatedRate - planted / y.length)).toBeLessThan(0.025)
  const report = noiseReport(found, y, p, (at) => ({ accountId: at + 1, key: `a${at}`, by: 'ann' }))
  expect(report.accounts).toHaveLength(Math.min(LISTED, found.count))
  expect(report.accounts[0]).toMatchObject({
    by: 'ann',
    label: y[found.doubtful[0].at] ? 'malicious' : 'benign',
  })
})

it('finds next to nothing among true labels', async () => {
  const { found } = await flipped(0)
  expect(found.surely).toBeLessThan(0.01)
  expect(found.estimatedRate).toBeLessThan(0.015)
  expect(found.count).toBeLessThan(15)
})

it('is sure of many turned labels, whatever chance explains', async () => {
  const { found } = await flipped(0.15)
  expect(found.surely).toBeGreaterThan(0.05)
  expect(found.surely).toBeLessThan(found.estimatedRate)
})

it('does not take classes that overlap for wrong labels', () => {
  const random = new Random(3)
  const z = Float64Array.from({ length: 4000 }, () => 1.3 * normal(random) - 1)
  const p = Float32Array.from(z, (v) => 1 / (1 + Math.exp(-v)))
  const y = Uint8Array.from(p, (v) => (random.next() < v ? 1 : 0))
  expect(findDoubtful(y, p).estimatedRate).toBeLessThan(0.1)
})

it('lists at most 200, the most doubtful first', () => {
  const y = Uint8Array.from({ length: 4000 }, (_, i) => i % 2)
  // A fifth of both classes look like the other one.
  const p = Float32Array.from(y, (label, i) => ((i % 5 === 0) === (label === 1) ? 0.05 : 0.95))
  p[15] = 0.01
  const found = findDoubtful(y, p)
  expect(found.estimatedRate).toBeCloseTo(0.2, 1)
  expect(found.count).toBeGreaterThan(600)
  expect(found.doubtful).toHaveLength(200)
  expect(found.doubtful[0].at).toBe(15)
})

it('says nothing of labels of one class', () => {
  expect(findDoubtful(new Uint8Array(5), new Float32Array(5)).count).toBe(0)
})
