import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import ort from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { ELEMENT, OnnxGraph } from './graph.ts'

async function run(
  graph: OnnxGraph,
  feeds: Record<string, ort.Tensor>,
): Promise<ort.InferenceSession.OnnxValueMapType> {
  const session = await ort.InferenceSession.create(graph.toBytes(), { logSeverityLevel: 4 })
  try {
    return await session.run(feeds)
  } finally {
    await session.release()
  }
}
const matrix = (rows: number, columns: number, values: number[]): ort.Tensor =>
  new ort.Tensor('float32', Float32Array.from(values), [rows, columns])
const floats = (value: ort.OnnxValue | undefined): number[] => [
  ...((value as ort.Tensor).data as Float32Array),
]

/** Missing values to a column's mean, a dense layer, a sigmoid, one column picked. */
function denseGraph(): OnnxGraph {
  const graph = new OnnxGraph('dense')
  const x = graph.input('x', 'float32', ['batch', 3])
  const [missing] = graph.node('IsNaN', [x])
  const [filled] = graph.node('Where', [missing, graph.float('means', [3], [1, 2, 3]), x])
  const [hidden] = graph.node('MatMul', [
    filled,
    graph.float(null, [3, 2], Float32Array.of(1, 0, 0, 1, 1, -1)),
  ])
  const [second] = graph.node('Gather', [hidden, graph.int64(null, [1], [1])], { axis: 1 })
  const [scaled] = graph.node('LeakyRelu', [second], { alpha: { float: 0.5 } })
  const [same] = graph.node('Cast', [scaled], { to: ELEMENT.float32 })
  graph.node('Sigmoid', [same], {}, { outputs: ['score'] })
  graph.output('score', 'float32', ['batch', 1])
  graph.output(missing, 'bool', ['batch', 3])
  return graph
}

/** x0 <= 0.1 (missing: yes) ? -1 : (x1 <= 2 (missing: no) ? 0.25 : 3), plus 0.5. */
function treeGraph(): OnnxGraph {
  const graph = new OnnxGraph('tree')
  const x = graph.input('x', 'float32', ['batch', 2])
  graph.node(
    'TreeEnsembleRegressor',
    [x],
    {
      aggregate_function: 'SUM',
      base_values: Float32Array.of(0.5),
      n_targets: 1,
      nodes_treeids: [0, 0, 0, 0, 0],
      nodes_nodeids: [0, 1, 2, 3, 4],
      nodes_featureids: [0, 0, 1, 0, 0],
      nodes_modes: ['BRANCH_LEQ', 'LEAF', 'BRANCH_LEQ', 'LEAF', 'LEAF'],
      nodes_values: Float32Array.of(0.1, 0, 2, 0, 0),
      nodes_truenodeids: [1, 0, 3, 0, 0],
      nodes_falsenodeids: [2, 0, 4, 0, 0],
      nodes_missing_value_tracks_true: [1, 0, 0, 0, 0],
      target_ids: [0, 0, 0],
      target_nodeids: [1, 3, 4],
      target_treeids: [0, 0, 0],
      target_weights: Float32Array.of(-1, 0.25, 3),
    },
    { outputs: ['margin'], domain: 'ai.onnx.ml' },
  )
  graph.output('margin', 'float32', ['batch', 1])
  return graph
}

describe('OnnxGraph', () => {
  it('writes constants, attributes and nodes that onnxruntime runs', async () => {
    const result = await run(denseGraph(), { x: matrix(2, 3, [1, 5, 2, NaN, NaN, 7]) })
    const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v))
    // Row 0: 5 − 2 = 3. Row 1: mean 2 − 7 = −5, halved by the leaky unit.
    expect(floats(result.score)).toEqual([expect.closeTo(sigmoid(3), 6), expect.closeTo(sigmoid(-2.5), 6)])
    const missing = Object.entries(result).find(([name]) => name !== 'score')![1] as ort.Tensor
    expect([...(missing.data as Uint8Array)]).toEqual([0, 0, 0, 1, 1, 0])
  })

  it('writes tree ensembles whose missing values go where they were told', async () => {
    const tenth = Math.fround(0.1)
    const rows = [tenth, 9, NaN, 9, 0.2, 2, 0.2, NaN, 0.2, 2.5]
    expect(floats((await run(treeGraph(), { x: matrix(5, 2, rows) })).margin)).toEqual([
      -0.5, -0.5, 0.75, 3.5, 3.5,
    ])
  })

  it('writes negative and 64-bit whole numbers, doubles, bools, scalars and tensor attributes', async () => {
    const graph = new OnnxGraph('numbers')
    const x = graph.input('x', 'float64', [2])
    const [sum] = graph.node('Add', [x, graph.double(null, [], [0.1])])
    const [last] = graph.node('Gather', [sum, graph.int64(null, [], [-1])], { axis: -1 })
    graph.node('Constant', [], { value: { tensor: BigInt64Array.of(-(2n ** 62n)) } }, { outputs: ['big'] })
    graph.node('Where', [graph.bool(null, [], [true]), last, x], {}, { outputs: ['y'] })
    graph.output('y', 'float64', [2])
    graph.output('big', 'int64', [1])
    const result = await run(graph, { x: new ort.Tensor('float64', Float64Array.of(1, 2), [2]) })
    expect([...((result.y as ort.Tensor).data as Float64Array)]).toEqual([2.1, 2.1])
    expect([...((result.big as ort.Tensor).data as BigInt64Array)]).toEqual([-(2n ** 62n)])
  })

  it('carries large constants whole', async () => {
    const size = 70_000
    const graph = new OnnxGraph('large')
    const x = graph.input('x', 'float32', ['batch', size])
    const weights = Float32Array.from({ length: size }, (_, k) => k % 7)
    graph.node('MatMul', [x, graph.float(null, [size, 1], weights)], {}, { outputs: ['y'] })
    graph.output('y', 'float32', ['batch', 1])
    const result = await run(graph, {
      x: matrix(
        1,
        size,
        Array.from({ length: size }, () => 1),
      ),
    })
    expect(floats(result.y)).toEqual([weights.reduce((a, b) => a + b, 0)])
  })

  it('refuses what could not be run, where it is written', () => {
    const graph = new OnnxGraph('wrong')
    graph.input('x', 'float32', ['batch', 2])
    expect(() => graph.input('x', 'float32', [1])).toThrow('already a tensor x')
    expect(() => graph.node('Relu', ['z'])).toThrow('Relu reads z')
    expect(() => graph.float('w', [2, 2], [1, 2, 3])).toThrow('w has 3 values, its shape [2, 2] 4')
    expect(() => graph.node('LeakyRelu', ['x'], { alpha: 0.5 })).toThrow('{ float: 0.5 }')
    expect(() => graph.output('y', 'float32', [1])).toThrow("output y isn't computed")
    expect(() => graph.toBytes()).toThrow('no output')
  })

  const python = process.env.PYTHON ?? '/opt/venv/bin/python'
  const hasOnnx = existsSync(python) && spawnSync(python, ['-c', 'import onnx']).status === 0
  it.runIf(hasOnnx)(
    "satisfies onnx's own checker, types and shapes included",
    () => {
      const script =
        'import sys, onnx; onnx.checker.check_model(onnx.load_from_string(sys.stdin.buffer.read()), True)'
      for (const graph of [denseGraph(), treeGraph()]) {
        const { status, stderr } = spawnSync(python, ['-c', script], { input: graph.toBytes() })
        expect(stderr.toString()).toBe('')
        expect(status).toBe(0)
      }
    },
    30_000,
  )
})
