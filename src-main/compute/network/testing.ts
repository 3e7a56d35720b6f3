import type { FeatureColumn, TrainingData } from '../learning/types.ts'
import type { HeadParts, HeadShape } from './shape.ts'

/** A column of a made-up table. */
export function testColumn(name: string, more: Partial<FeatureColumn> = {}): FeatureColumn {
  return {
    name,
    base: name,
    family: 'attributes',
    relation: null,
    hop: 0,
    operator: 'own',
    kind: 'number',
    ...more,
  }
}

export function tableOf(columns: FeatureColumn[], rows: number[][], y: number[]): TrainingData {
  return { columns, rows: rows.length, x: Float32Array.from(rows.flat()), y: Uint8Array.from(y) }
}

/** The margin of one row by its definition, in doubles: gates, linear maps, layer norm, ReLU, dense, ReLU, margin. */
export function plainMargin(
  shape: HeadShape,
  parts: HeadParts,
  ends: readonly number[],
  p: ArrayLike<number>,
  x: ArrayLike<number>,
): number {
  const { hidden, dense } = shape
  const h = Array.from({ length: hidden }, (_, u) => p[parts.bias.at + u])
  let begin = 0
  ends.forEach((end, c) => {
    let s = p[parts.gateBias.at + c]
    for (let j = begin; j < end; j++) s += x[j] * p[parts.gate.at + j]
    const gate = 2 / (1 + Math.exp(-s))
    for (let j = begin; j < end; j++)
      for (let u = 0; u < hidden; u++) h[u] += gate * x[j] * p[parts.map.at + j * hidden + u]
    begin = end
  })
  const mean = h.reduce((a, b) => a + b, 0) / hidden
  const variance = h.reduce((a, b) => a + (b - mean) ** 2, 0) / hidden
  const active = h.map((v, u) =>
    Math.max(
      0,
      ((v - mean) / Math.sqrt(variance + Math.fround(1e-5))) * p[parts.gamma.at + u] + p[parts.beta.at + u],
    ),
  )
  let margin = p[parts.marginBias.at]
  for (let d = 0; d < dense; d++) {
    let s = p[parts.denseBias.at + d]
    for (let u = 0; u < hidden; u++) s += active[u] * p[parts.dense.at + u * dense + d]
    margin += Math.max(0, s) * p[parts.margin.at + d]
  }
  return margin
}

/** Weighted mean logistic loss of margins. */
export function plainLoss(margins: number[], targets: ArrayLike<number>, weights: ArrayLike<number>): number {
  let loss = 0
  let total = 0
  margins.forEach((m, i) => {
    loss += weights[i] * (Math.log1p(Math.exp(-Math.abs(m))) + Math.max(m, 0) - targets[i] * m)
    total += weights[i]
  })
  return loss / total
}
