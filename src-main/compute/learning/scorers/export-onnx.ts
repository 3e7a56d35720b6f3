import { OnnxGraph } from '../../onnx/write/graph.ts'
import type { Calibration, TrainedScorer } from './types.ts'

/**
 * One ONNX graph of a whole scorer: every member reads its columns of `x` [batch, columns] (NaN missing), their margins
 * are scaled, weighted and summed, and the calibration makes `score` [batch, 1] of the sum.
 */
export function scorerToOnnx(scorer: TrainedScorer): Uint8Array {
  const width = scorer.columns.length
  const graph = new OnnxGraph('shoal-scorer')
  const x = graph.input('x', 'float32', ['batch', width])
  const scalar = (value: number): string => graph.float(null, [1], Float32Array.of(value))
  const parts = scorer.members.map(({ choice, member, columns }) => {
    const own =
      columns.length === width
        ? x
        : graph.node('Gather', [x, graph.int64(null, [columns.length], Array.from(columns))], { axis: 1 })[0]
    const margin = member.toOnnx(graph, own)
    const [scaled] = graph.node('Mul', [margin, scalar(choice.weight * choice.slope)])
    return graph.node('Add', [scaled, scalar(choice.weight * choice.intercept)])[0]
  })
  let z = parts[0]
  for (const part of parts.slice(1)) [z] = graph.node('Add', [z, part])
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
