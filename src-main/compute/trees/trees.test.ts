import fc from 'fast-check'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { auroc } from '../learning/evaluate/metrics.ts'
import type { TrainingData } from '../learning/types.ts'
import { OnnxGraph } from '../onnx/write/graph.ts'
import { binOf, fitBins } from './bins.ts'
import { boosting, boostingParams, extraTrees, extraTreesParams, treesFromBytes } from './index.ts'
import { sumTrees } from './forest.ts'
import type { TreeMember } from './index.ts'
import { gaussLegendre, TreeShap } from './shap.ts'
import { columnsOf, logLoss, noisyData } from './testing.ts'

const pace = freePace()
const boost = (data: TrainingData, given: object = {}, seed = 1) =>
  boosting.train(
    data,
    boostingParams.parse({ trees: 40, leafRows: 5, ...given }),
    seed,
    pace,
  ) as Promise<TreeMember>
const extra = (data: TrainingData, given: object = {}, seed = 1) =>
  extraTrees.train(data, extraTreesParams.parse({ trees: 40, ...given }), seed, pace) as Promise<TreeMember>
const learners = [
  ['boosting', boost],
  ['extra-trees', extra],
] as const

async function throughOnnx(
  member: TreeMember,
  x: Float32Array,
  rows: number,
  width: number,
): Promise<Float32Array> {
  const graph = new OnnxGraph('trees')
  const out = member.toOnnx(graph, graph.input('x', 'float32', ['batch', width]))
  graph.output(out, 'float32', ['batch', 1])
  const session = await ort.InferenceSession.create(graph.toBytes())
  const got = await session.run({ x: new ort.Tensor('float32', x, [rows, width]) })
  await session.release()
  return got[out].data as Float32Array
}
const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]))
  return most
}

describe('bins', () => {
  it('keep the order of values, put no value on the wrong side, and missing apart', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.float({ noNaN: true }), fc.constant(NaN), fc.integer({ min: -3, max: 3 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.integer({ min: 4, max: 255 }),
        async (values, most) => {
          const x = Float32Array.from(values)
          const y = new Uint8Array(values.length)
          const { thresholds } = await fitBins({ columns: columnsOf(1), rows: x.length, x, y }, pace, most)
          const [cuts] = thresholds
          expect(cuts.length).toBeLessThan(most)
          for (let k = 1; k < cuts.length; k++) expect(cuts[k]).toBeGreaterThan(cuts[k - 1])
          for (const v of x) {
            const bin = binOf(cuts, v)
            if (Number.isNaN(v)) expect(bin).toBe(255)
            else {
              expect(bin === 0 || v > cuts[bin - 1]).toBe(true)
              expect(bin === cuts.length || v <= cuts[bin]).toBe(true)
            }
          }
          const distinct = new Set(Array.from(x, (v) => (v === 0 ? 0 : v)).filter((v) => !Number.isNaN(v)))
          if (distinct.size <= most) expect(cuts.length).toBe(Math.max(0, distinct.size - 1))
        },
      ),
      { numRuns: 300, seed: 3 },
    ))
})

describe.each(learners)('%s', (name, train) => {
  it('learns what depends on two columns together, on rows that it has not seen', async () => {
    const member = await train(noisyData(1500, 6, 1))
    const test = noisyData(1500, 6, 2)
    expect(auroc(test.y, member.predict(test.x, test.rows))).toBeGreaterThan(0.74)
  })

  it('gives the same trees for the same seed, others for another', async () => {
    const data = noisyData(300, 6, 3)
    const [a, b, c] = [await train(data), await train(data), await train(data, {}, 2)]
    expect(a.toBytes()).toEqual(b.toBytes())
    expect(worst(a.predict(data.x, 300), c.predict(data.x, 300))).toBeGreaterThan(0)
  })

  it('computes in onnxruntime what it computes here, missing values and thresholds included', async () => {
    const data = noisyData(400, 5, 4, 0.2)
    const member = await train(data)
    // Rows at, and a hair beside, the thresholds themselves.
    const { forest } = member
    const rows: number[] = []
    for (let node = 0; node < forest.feature.length && rows.length < 5 * 200; node++) {
      if (forest.feature[node] < 0 || forest.threshold[node] === Infinity) continue
      const row = Array.from(data.x.subarray(0, 5))
      row[forest.feature[node]] = forest.threshold[node]
      rows.push(...row)
    }
    const x = Float32Array.from([...data.x, ...rows, NaN, NaN, NaN, NaN, NaN])
    const count = x.length / 5
    const here = member.predict(x, count)
    const there = await throughOnnx(member, x, count, 5)
    if (name === 'boosting') expect(worst(there, here)).toBeLessThan(2e-6)
    // Log-odds of a float32 near 0 or 1 differ by more than the probabilities do.
    const probability = (margins: Float32Array) => Float64Array.from(margins, (m) => 1 / (1 + Math.exp(-m)))
    expect(worst(probability(there), probability(here))).toBeLessThan(1e-6)
  })

  it('comes back from its bytes', async () => {
    const data = noisyData(200, 4, 5)
    const member = await train(data)
    const back = treesFromBytes(name, member.toBytes())
    expect(back.predict(data.x, 200)).toEqual(member.predict(data.x, 200))
    expect(back.contributions(data.x, 3)).toEqual(member.contributions(data.x, 3))
    expect(() => treesFromBytes(name, member.toBytes().slice(0, -8))).toThrow(/damaged/)
  })

  it('says roughly what each column does on the way down, adding up to the sum over trees', async () => {
    const data = noisyData(400, 5, 6, 0.2)
    const member = await train(data)
    const rough = member.roughContributions(data.x, 50)
    const sums = sumTrees(member.forest, data.x, 50)
    for (let i = 0; i < 50; i++)
      expect(rough.slice(i * 6, i * 6 + 6).reduce((sum, v) => sum + v, 0)).toBeCloseTo(sums[i], 4)
  })

  it('explains a row by contributions that add up to its margin', async () => {
    const data = noisyData(400, 5, 6, 0.2)
    const member = await train(data)
    const margins = member.predict(data.x, 50)
    const parts = member.contributions(data.x, 50)
    for (let i = 0; i < 50; i++) {
      let sum = 0
      for (let k = 0; k < 6; k++) sum += parts[i * 6 + k]
      expect(sum).toBeCloseTo(margins[i], 4)
    }
  })

  it('treats a weight of 3 as three rows', async () => {
    const data = noisyData(120, 3, 7, 0)
    const weights = Float32Array.from({ length: 120 }, (_, i) => (i % 4 === 0 ? 3 : 1))
    const copies = Array.from({ length: 120 }, (_, i) => Array.from({ length: weights[i] }, () => i)).flat()
    const width = 3
    const repeated: TrainingData = {
      columns: data.columns,
      rows: copies.length,
      x: Float32Array.from(copies.flatMap((i) => Array.from(data.x.subarray(i * width, (i + 1) * width)))),
      y: Uint8Array.from(copies, (i) => data.y[i]),
    }
    const settings = { leafRows: 1, leaves: 4, columnsPerTree: 1, columnsPerSplit: 1, trees: 10 }
    const given = name === 'boosting' ? settings : { trees: 10, leafRows: 1, depth: 3 }
    const a = (await train({ ...data, weights }, given)).predict(data.x, 120)
    const b = (await train(repeated, given)).predict(data.x, 120)
    expect(worst(a, b)).toBeLessThan(1e-3)
  })

  it('refuses one class, and stops when cancelled', async () => {
    const data = noisyData(50, 3, 9)
    await expect(train({ ...data, y: new Uint8Array(50) })).rejects.toMatchObject({ code: 'invalid_input' })
    const abort = new AbortController()
    abort.abort()
    const learner = name === 'boosting' ? boosting : extraTrees
    await expect(learner.train(data, {} as never, 1, createPace(abort.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
  })

  it('works where a column is constant, or missing altogether', async () => {
    const data = noisyData(200, 4, 10, 0)
    for (let i = 0; i < 200; i++) {
      data.x[i * 4 + 2] = 7
      data.x[i * 4 + 3] = NaN
    }
    const member = await train(data)
    for (let node = 0; node < member.forest.feature.length; node++)
      expect(member.forest.feature[node]).toBeLessThan(2)
  })

  it('can split on whether a value is missing alone', async () => {
    const rows = 200
    const x = Float32Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 5 : NaN))
    const y = Uint8Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 0 : 1))
    const member = await train({ columns: columnsOf(1), rows, x, y })
    const [known, missing] = member.predict(Float32Array.of(5, NaN), 2)
    expect(missing - known).toBeGreaterThan(2)
    const onnx = await throughOnnx(member, Float32Array.of(5, NaN), 2, 1)
    expect(worst(onnx.map(sigmoid), [known, missing].map(sigmoid))).toBeLessThan(1e-6)
  })
})

describe('boosting', () => {
  it('does not care how a column is scaled, as long as the order stays', async () => {
    const data = noisyData(300, 3, 8, 0)
    const bent = { ...data, x: data.x.map((v, i) => (i % 3 === 0 ? Math.exp(v) : v)) }
    const a = (await boost(data)).predict(data.x, 300)
    const b = (await boost(bent)).predict(bent.x, 300)
    expect(worst(a, b)).toBeLessThan(1e-6)
  })

  it('never makes the loss on its own rows worse by another tree', async () => {
    const data = noisyData(300, 4, 11)
    let before = Infinity
    for (const trees of [1, 5, 20, 60]) {
      const loss = logLoss(data.y, (await boost(data, { trees })).predict(data.x, 300))
      expect(loss).toBeLessThan(before)
      before = loss
    }
  })
})

describe('TreeSHAP', () => {
  /** Expected sum over a tree when only the columns in `known` are known. */
  function expectation(member: TreeMember, x: Float32Array, known: (f: number) => boolean): number {
    const { roots, feature, threshold, left, right, missingLeft, value, cover, base } = member.forest
    const at = (node: number): number => {
      const f = feature[node]
      if (f < 0) return value[node]
      if (known(f)) {
        const goes = x[f] <= threshold[node] || (missingLeft[node] === 1 && Number.isNaN(x[f]))
        return at(goes ? left[node] : right[node])
      }
      const [l, r] = [cover[left[node]], cover[right[node]]]
      return (l * at(left[node]) + r * at(right[node])) / (l + r)
    }
    return base + roots.reduce((sum, root) => sum + at(root), 0)
  }

  it.each([
    ['boosting', () => boost(noisyData(200, 5, 12, 0.15), { trees: 6, leaves: 12, leafRows: 3 })],
    // Deep trees of few columns: each is asked many times on a path.
    ['extra-trees', () => extra(noisyData(200, 5, 12, 0.15), { trees: 6, leafRows: 1 })],
  ])('equals Shapley values by their definition: %s', async (_, train) => {
    const width = 5
    const member = await train()
    const { x: rows } = noisyData(10, width, 13, 0.3)
    const shap = new TreeShap(member.forest)
    const got = new Float64Array(width + 1)
    const factorial = [1, 1, 2, 6, 24, 120]
    for (let i = 0; i < 10; i++) {
      const x = rows.subarray(i * width, (i + 1) * width)
      shap.explain(rows, i * width, got)
      const sums = Array.from({ length: 1 << width }, (__, set) =>
        expectation(member, x, (k) => ((set >> k) & 1) === 1),
      )
      for (let f = 0; f < width; f++) {
        let value = 0
        for (let set = 0; set < 1 << width; set++) {
          if (set & (1 << f)) continue
          let size = 0
          for (let k = 0; k < width; k++) size += (set >> k) & 1
          const gain = sums[set | (1 << f)] - sums[set]
          value += (gain * factorial[size] * factorial[width - size - 1]) / factorial[width]
        }
        expect(got[f]).toBeCloseTo(value, 7)
      }
      expect(got[width]).toBeCloseTo(sums[0], 7)
    }
  })

  it('integrates polynomials exactly, of twice as high a degree as there are points', () => {
    for (const count of [1, 2, 5, 16, 60]) {
      const { known, weight } = gaussLegendre(count)
      for (const degree of [0, 1, 2 * count - 2, 2 * count - 1]) {
        let sum = 0
        for (let q = 0; q < count; q++) sum += weight[q] * known[q] ** degree
        expect(sum).toBeCloseTo(1 / (degree + 1), 13)
      }
    }
  })
})
