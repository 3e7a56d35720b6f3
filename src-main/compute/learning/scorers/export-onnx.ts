import { OnnxGraph } from '../../onnx/write/graph.ts'
import { MARGIN_CLIP } from './combine.ts'
import type { Calibration, TrainedScorer } from './types.ts'

/**
 * One ONNX graph of a whole scorer: every member's models read its columns of `x` [batch, columns] (NaN missing), their
 * mean margins are cut, weighted and summed, and the calibration makes `score` [batch, 1] of the sum.
 */
export function scorerToOnnx(scorer: TrainedScorer): Uint8Array {
  const width = scorer.columns.length
  const graph = new OnnxGraph('shoal-scorer')
  const x = graph.input('x', 'float32', ['batch', width])
  const scalar = (value: number): string => graph.float(null, [1], Float32Array.of(value))
  const limit = (value: number): string => graph.float(null, [], Float32Array.of(value))
  const parts = scorer.members.map(({ choice, models, columns }) => {
    const own =
      columns.length === width
        ? x
        : graph.node('Gather', [x, graph.int64(null, [columns.length], Array.from(columns))], { axis: 1 })[0]
    let sum = models[0].toOnnx(graph, own)
    for (const model of models.slice(1)) [sum] = graph.node('Add', [sum, model.toOnnx(graph, own)])
    const [mean] = graph.node('Mul', [sum, scalar(1 / models.length)])
    const [cut] = graph.node('Clip', [mean, limit(-MARGIN_CLIP), limit(MARGIN_CLIP)])
    return graph.node('Mul', [cut, scalar(choice.coefficient)])[0]
  })
  let z = parts[0]
  for (const part of parts.slice(1)) [z] = graph.node('Add', [z, part])
  ;[z] = graph.node('Add', [z, scalar(scorer.choices.intercept)])
  const line = bentLine(graph, z, scorer.choices.calibration, scalar)
  graph.node('Sigmoid', [line], {}, { outputs: ['score'] })
  graph.output('score', 'float32', ['batch', 1])
  return graph.toBytes()
}

/** base + slope·z + Σ bend·relu(z − knot). */
function bentLine(
  graph: OnnxGraph,
  z: string,
  { base, slope, knots, bends }: Calibration,
  scalar: (value: number) => string,
): string {
  const [sloped] = graph.node('Mul', [z, scalar(slope)])
  const [line] = graph.node('Add', [sloped, scalar(base)])
  if (knots.length === 0) return line
  const [past] = graph.node('Sub', [z, graph.float(null, [1, knots.length], Float32Array.from(knots))])
  const [hinges] = graph.node('Relu', [past])
  const [bent] = graph.node('MatMul', [
    hinges,
    graph.float(null, [knots.length, 1], Float32Array.from(bends)),
  ])
  return graph.node('Add', [line, bent])[0]
}
