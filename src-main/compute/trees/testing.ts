import { Random } from '../communities/random.ts'
import type { FeatureColumn, TrainingData } from '../learning/types.ts'

export const columnsOf = (width: number): FeatureColumn[] =>
  Array.from({ length: width }, (_, k) => ({
    name: `f${k}`,
    base: `f${k}`,
    family: 'attributes',
    relation: null,
    hop: 0,
    operator: 'own',
    kind: 'number',
  }))

/** Rows whose label depends on the first two columns together, with values missing here and there. Tests only. */
export function noisyData(rows: number, width: number, seed: number, missing = 0.1): TrainingData {
  const random = new Random(seed)
  const x = new Float32Array(rows * width)
  const y = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) x[i * width + k] = random.next() * 4 - 2
    const margin = 3 * x[i * width] * x[i * width + 1] + x[i * width] - 1
    y[i] = random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0
    for (let k = 0; k < width; k++) if (random.next() < missing) x[i * width + k] = NaN
  }
  return { columns: columnsOf(width), rows, x, y }
}

export function logLoss(y: Uint8Array, margins: Float32Array): number {
  let sum = 0
  for (let i = 0; i < y.length; i++) sum += Math.log1p(Math.exp(y[i] === 1 ? -margins[i] : margins[i]))
  return sum / y.length
}
