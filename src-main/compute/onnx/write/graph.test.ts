import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { OnnxGraph } from './graph.ts'

async function run(
  graph: OnnxGraph,
  feeds: Record<string, { data: Float32Array | BigInt64Array; dims: number[] }>,
): Promise<Record<string, number[]>> {
  const session = await ort.InferenceSession.create(graph.toBytes())
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { data, dims }]) => [
      name,
      new ort.Tensor(data instanceof Float32Array ? 'float32' : 'int64', data as Float32Array, dims),
    ]),
  )
  const out = await session.run(tensors)
  await session.release()
  return Object.fromEntries(
    Object.entries(out).map(([name, value]) => [name, Array.from(value.data as Float32Array, Number)]),
  )
}

describe('OnnxGraph', () => {
  it('writes a network that onnxruntime computes: constants, attributes, missing values', async () => {
    const g = new OnnxGraph('net')
    const x = g.input('x', 'float32', ['batch', 3])
    const [missing] = g.node('IsNaN', [x])
    const [known] = g.node('Where', [missing, g.float(null, [], Float32Array.of(0.5)), x])
    const [columns] = g.node('Gather', [known, g.int64(null, [2], [2, 0])], { axis: 1 })
    const [sum] = g.node(
      'Gemm',
      [columns, g.float('w', [2, 1], Float32Array.of(2, -1)), g.float(null, [1], Float32Array.of(0.25))],
      { alpha: 1, beta: 2 },
    )
    const [y] = g.node('Sigmoid', [sum], {}, { outputs: ['score'] })
    g.output(y, 'float32', ['batch', 1])
    const { score } = await run(g, { x: { data: Float32Array.of(1, 9, 3, NaN, 9, -2), dims: [2, 3] } })
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))
    expect(score[0]).toBeCloseTo(sigmoid(2 * 3 - 1 + 0.5), 6)
    expect(score[1]).toBeCloseTo(sigmoid(2 * -2 - 0.5 + 0.5), 6)
  })

  it('writes int64 inputs and several outputs, and negative and large integers', async () => {
    const g = new OnnxGraph('net')
    const x = g.input('x', 'int64', ['n'])
    const [shifted] = g.node('Add', [x, g.int64(null, [1], BigInt64Array.of(-(2n ** 40n)))])
    const [top] = g.node('ReduceMax', [shifted], { keepdims: 0 }, { outputs: ['top'] })
    g.node('Neg', [shifted], {}, { outputs: ['less'] })
    g.output(top, 'int64', [])
    g.output('less', 'int64', ['n'])
    const out = await run(g, { x: { data: BigInt64Array.of(2n ** 40n, 5n), dims: [2] } })
    expect(out['top']).toEqual([0])
    expect(out['less']).toEqual([0, 2 ** 40 - 5])
  })

  it('writes tree ensembles whose missing values go where the tree says', async () => {
    // One tree over x0: below or at 1.5 -> 10, above -> 20; missing goes with the true branch.
    const g = new OnnxGraph('tree')
    const x = g.input('x', 'float32', ['batch', 1])
    g.node(
      'TreeEnsembleRegressor',
      [x],
      {
        n_targets: 1,
        aggregate_function: 'SUM',
        post_transform: 'NONE',
        base_values: Float32Array.of(0.5),
        nodes_treeids: [0, 0, 0],
        nodes_nodeids: [0, 1, 2],
        nodes_featureids: [0, 0, 0],
        nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
        nodes_values: Float32Array.of(1.5, 0, 0),
        nodes_truenodeids: [1, 0, 0],
        nodes_falsenodeids: [2, 0, 0],
        nodes_missing_value_tracks_true: [1, 0, 0],
        target_treeids: [0, 0],
        target_nodeids: [1, 2],
        target_ids: [0, 0],
        target_weights: Float32Array.of(10, 20),
      },
      { domain: 'ai.onnx.ml', outputs: ['y'] },
    )
    g.output('y', 'float32', ['batch', 1])
    const { y } = await run(g, { x: { data: Float32Array.of(1.5, 1.6, NaN), dims: [3, 1] } })
    expect(y).toEqual([10.5, 20.5, 10.5])
  })
})
