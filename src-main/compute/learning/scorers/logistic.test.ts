import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { freePace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { OnnxGraph } from '../../onnx/write/graph.ts'
import { auroc } from '../evaluate/metrics.ts'
import type { FeatureColumn, TrainingData } from '../types.ts'
import { logistic, LogisticMember, logisticParams } from './logistic.ts'

const column = (name: string, kind: 'number' | 'category' = 'number'): FeatureColumn => ({
  name,
  base: name,
  family: 'attributes',
  relation: null,
  hop: 0,
  operator: 'own',
  kind,
})

/** A number that matters with heavy tails, a category that matters, gaps that matter, a constant and noise. */
function world(rows: number, seed: number): TrainingData {
  const random = new Random(seed)
  const columns = [
    column('size'),
    column('kind', 'category'),
    column('gaps'),
    column('same'),
    column('noise'),
  ]
  const x = new Float32Array(rows * columns.length)
  const y = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) {
    y[i] = random.next() < 0.3 ? 1 : 0
    x.set(
      [
        Math.exp(3 * random.next() + y[i]),
        random.next() < 0.6 ? y[i] : 2,
        random.next() < (y[i] === 1 ? 0.5 : 0.1) ? NaN : random.next(),
        7,
        random.next(),
      ],
      i * columns.length,
    )
  }
  return { columns, rows, x, y }
}

const train = (data: TrainingData) => logistic.train(data, logisticParams.parse({}), 1, freePace())

async function throughOnnx(member: LogisticMember, x: Float32Array, rows: number, width: number) {
  const graph = new OnnxGraph('test')
  const input = graph.input('x', 'float32', ['batch', width])
  graph.node('Identity', [member.toOnnx(graph, input)], {}, { outputs: ['margin'] })
  graph.output('margin', 'float32', ['batch', 1])
  const session = await ort.InferenceSession.create(graph.toBytes())
  const { margin } = await session.run({ x: new ort.Tensor('float32', x, [rows, width]) })
  await session.release()
  return margin.data as Float32Array
}

describe('logistic', () => {
  it('learns numbers, categories and gaps, on accounts it has not seen', async () => {
    const member = await train(world(1200, 1))
    const test = world(1200, 2)
    expect(auroc(test.y, member.predict(test.x, test.rows))).toBeGreaterThan(0.9)
  })

  it('is the same in ONNX and after saving, gaps and unknown categories included', async () => {
    const data = world(300, 3)
    const member = (await train(data)) as LogisticMember
    const x = data.x.slice()
    x.fill(NaN, 0, 5)
    x[6] = 31
    x[10] = 1e30
    const margins = member.predict(x, data.rows)
    const onnx = await throughOnnx(member, x, data.rows, 5)
    for (let i = 0; i < data.rows; i++) expect(Math.abs(onnx[i] - margins[i])).toBeLessThan(2e-5)
    expect(LogisticMember.fromBytes(member.toBytes()).predict(x, data.rows)).toEqual(margins)
  })

  it('explains a margin as a sum over columns', async () => {
    const data = world(200, 4)
    const member = await train(data)
    const margins = member.predict(data.x, data.rows)
    const parts = member.contributions(data.x, data.rows)
    for (let i = 0; i < data.rows; i++) {
      const row = parts.subarray(i * 6, (i + 1) * 6)
      expect(row.reduce((s, v) => s + v, 0)).toBeCloseTo(margins[i], 4)
      expect(row[3]).toBe(0)
    }
  })

  it('says the base rate where no column varies', async () => {
    const y = Uint8Array.from({ length: 40 }, (_, i) => (i < 10 ? 1 : 0))
    const data = { columns: [column('same')], rows: 40, x: new Float32Array(40).fill(3), y }
    const member = (await train(data)) as LogisticMember
    const margins = member.predict(data.x, 40)
    expect(margins[0]).toBeCloseTo(Math.log(10 / 30), 3)
    const onnx = await throughOnnx(member, data.x, 40, 1)
    expect(onnx[7]).toBeCloseTo(margins[7], 5)
  })

  it('refuses a damaged file', () => {
    expect(() => LogisticMember.fromBytes(Buffer.from('{"width":1}'))).toThrow(/damaged/)
  })
})
