import { describe, expect, it } from 'vitest'
import { freePace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import { OnnxGraph } from '../onnx/write/graph.ts'
import { openOn } from '../onnx/session.ts'
import ort from 'onnxruntime-node'
import { gatedNetwork, gatedNetworkParams } from './index.ts'
import { tableOf, testColumn } from './testing.ts'

/** Units and tails that a feature table has: counts, shares, money, times in ms, categories, gaps, ties. */
function table(rows: number, gaps: boolean, seed: number) {
  const random = new Random(seed)
  const columns = [
    testColumn('count'),
    testColumn('share', { operator: 'mean', relation: 'all', hop: 1 }),
    testColumn('kind', { kind: 'category' }),
    testColumn('time', { family: 'registration' }),
    testColumn('tiny', { operator: 'mean', relation: 'all', hop: 1 }),
    testColumn('country', { kind: 'category', operator: 'max', relation: 'all', hop: 1 }),
    testColumn('tied', { operator: 'power', relation: 'all', hop: 2 }),
  ]
  const x: number[][] = []
  const y: number[] = []
  for (let i = 0; i < rows; i++) {
    const bad = random.next() < 0.3 ? 1 : 0
    const gap = (v: number) => (gaps && random.next() < 0.15 ? NaN : v)
    x.push([
      gap(Math.floor(Math.exp(9 * random.next() + bad))),
      gap(random.next() * (bad ? 0.7 : 1)),
      gap(random.int(4)),
      gap(1.69e12 + random.int(31_536_000_000)),
      gap(1e-9 * random.next() * (1 + bad)),
      gap(random.int(60)),
      gap(random.next() < 0.8 ? 0 : random.int(5)),
    ])
    y.push(bad)
  }
  return tableOf(columns, x, y)
}

const probability = (margin: number) => 1 / (1 + Math.exp(-margin))

describe('NetworkMember.toOnnx', () => {
  it.each([true, false])('computes in onnxruntime what predict computes (gaps: %s)', async (gaps) => {
    const data = table(500, gaps, 1)
    const params = gatedNetworkParams.parse({ heads: 3, epochs: 30, rate: 0.01, hidden: 20, dense: 12 })
    const member = await gatedNetwork.train(data, params, 1, freePace())
    const graph = new OnnxGraph('network')
    const x = graph.input('x', 'float32', ['batch', 7])
    graph.output(member.toOnnx(graph, x), 'float32', ['batch', 1])
    const session = await openOn(graph.toBytes(), 'cpu', { threads: 1 })
    // Rows never seen: new categories, values outside and, always, some missing.
    const probe = table(300, true, 2)
    probe.x.set([1e30, -1e30, 99, 0, 1e-30, NaN, 2])
    probe.x.set([Infinity, -Infinity, NaN, NaN, NaN, NaN, NaN], 7)
    const want = member.predict(probe.x, probe.rows)
    const result = await session.run({ x: new ort.Tensor('float32', probe.x, [probe.rows, 7]) })
    const [output] = Object.values(result)
    expect(output.dims).toEqual([300, 1])
    let spread = 0
    want.forEach((margin, i) => {
      const got = (output.data as Float32Array)[i]
      expect(Math.abs(probability(got) - probability(margin))).toBeLessThan(1e-5)
      spread = Math.max(spread, Math.abs(probability(margin) - probability(want[0])))
    })
    expect(spread).toBeGreaterThan(0.2)
    await session.release()
  })
})
