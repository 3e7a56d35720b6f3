import type { Pace } from '../../../common/pace.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { strengths } from '../../diffusion/operator.ts'
import type { Operator } from '../../diffusion/operator.ts'
import type { Csr } from '../../graph/types.ts'

/** Directions beyond those wanted, so that the last wanted ones are right too (Halko et al. 2011). */
const SPARE = 8
/** Products with the graph, and after how many the directions are orthogonalised before the weak ones drown. */
const STEPS = 8
const STEPS_PER_TURN = 4
const SEED = 0x5e4d_c0de

/** Directions for a graph of n accounts: fewer on large graphs, where each costs memory and time. */
export function embeddingRank(n: number): number {
  const most = n <= 50_000 ? 64 : n <= 250_000 ? 32 : 16
  return Math.min(most, Math.floor(n / 8))
}

/**
 * Where an account lies in the graph: the `rank` eigenvectors of largest |λ| of D_τ^-½ W D_τ^-½ with D_τ = D + mean
 * strength, each times √(|λ| n): accounts with alike neighbourhoods get alike values. The regularisation (Amini et
 * al. 2013; Qin & Rohe 2013) keeps small components from taking all leading directions. By subspace iteration with
 * Rayleigh–Ritz at the end (Halko, Martinsson & Tropp 2011) from a fixed start; the entry of largest size of each
 * vector is positive. NaN for accounts without edges. Fewer columns than asked where the graph has no more directions.
 *
 * The directions are those of this graph: on another graph the same column means something else.
 */
export async function embedding(
  csr: Csr,
  rank: number,
  pace: Pace,
  tell: (share: number) => void,
): Promise<Float32Array[]> {
  const { n, offsets } = csr
  if (rank < 1 || csr.targets.length === 0) return []
  const s = regularised(csr)
  const width = Math.min(n, rank + SPARE)
  let y: Float32Array = start(n, width, offsets)
  for (let step = 1; step <= STEPS; step++) {
    y = await multiply(s, y, width, pace)
    tell(step / (STEPS + 2))
    if (step % STEPS_PER_TURN === 0) y = await orthonormal(y, n, width, pace)
  }
  const product = await multiply(s, y, width, pace)
  // Rayleigh–Ritz: within the space found, the eigenvectors of QᵀSQ.
  const { values, vectors } = eigen(await gram(y, product, n, width, pace), width)
  const order = Array.from(values.keys()).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b)
  // A direction of rounding errors is none.
  const kept = order.slice(0, rank).filter((k) => Math.abs(values[k]) > 1e-4)
  const turned = new Float64Array(width * width)
  for (const [to, k] of kept.entries())
    for (let j = 0; j < width; j++)
      turned[j * width + to] = vectors[j * width + k] * Math.sqrt(Math.abs(values[k]) * n)
  const rows = await transform(y, turned, n, width, pace)
  const out: Float32Array[] = []
  for (let k = 0; k < kept.length; k++) {
    const column = new Float32Array(n).fill(NaN)
    let largest = 0
    for (let u = 0; u < n; u++) {
      if (offsets[u] === offsets[u + 1]) continue
      const value = rows[u * width + k]
      column[u] = value
      if (Math.abs(value) > Math.abs(largest) * (1 + 1e-6)) largest = value
    }
    if (largest < 0) for (let u = 0; u < n; u++) column[u] = -column[u]
    out.push(column)
    await pace.checkpoint()
  }
  tell(1)
  return out
}

function regularised(csr: Csr): Operator {
  const { n, offsets, targets, weights } = csr
  const strength = strengths(csr)
  let total = 0
  let linked = 0
  for (let u = 0; u < n; u++) {
    total += strength[u]
    if (offsets[u] < offsets[u + 1]) linked++
  }
  const tau = total / linked
  const root = strength.map((d) => Math.sqrt(d + tau))
  const values = new Float32Array(weights.length)
  for (let u = 0; u < n; u++)
    for (let e = offsets[u]; e < offsets[u + 1]; e++) values[e] = weights[e] / (root[u] * root[targets[e]])
  return { n, offsets, targets, values }
}

/** Uniform in [-1, 1) on linked nodes (mulberry32). */
function start(n: number, width: number, offsets: Uint32Array): Float32Array {
  const out = new Float32Array(n * width)
  let state = SEED
  for (let u = 0; u < n; u++) {
    if (offsets[u] === offsets[u + 1]) continue
    for (let j = 0; j < width; j++) {
      state = (state + 0x6d2b79f5) | 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      out[u * width + j] = ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1
    }
  }
  return out
}

/** AᵀB of two row-major n × width matrices, symmetric by construction (A = B, or B = SA): width × width. */
async function gram(
  a: Float32Array,
  b: Float32Array,
  n: number,
  width: number,
  pace: Pace,
): Promise<Float64Array> {
  const out = new Float64Array(width * width)
  const rows = Math.max(1, Math.floor(2_000_000 / (width * width)))
  for (let from = 0; from < n; from += rows) {
    addGram(a, b, width, from, Math.min(n, from + rows), out)
    await pace.checkpoint()
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) out[i * width + j] = out[j * width + i]
  return out
}

function addGram(
  a: Float32Array,
  b: Float32Array,
  width: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  for (let u = from; u < to; u++) {
    const row = u * width
    for (let i = 0; i < width; i++) {
      const x = a[row + i]
      if (x === 0) continue
      const at = i * width
      for (let j = i; j < width; j++) out[at + j] += x * b[row + j]
    }
  }
}

/** Orthonormal columns that span what those of y do: Y V Λ^-½ with VΛVᵀ = YᵀY; directions that are none become 0. */
async function orthonormal(y: Float32Array, n: number, width: number, pace: Pace): Promise<Float32Array> {
  const { values, vectors } = eigen(await gram(y, y, n, width, pace), width)
  let most = 0
  for (const value of values) most = Math.max(most, value)
  for (let k = 0; k < width; k++) {
    const factor = values[k] > most * 1e-12 ? 1 / Math.sqrt(values[k]) : 0
    for (let j = 0; j < width; j++) vectors[j * width + k] *= factor
  }
  return transform(y, vectors, n, width, pace)
}

/** y · matrix, row-major n × width and width × width. */
async function transform(
  y: Float32Array,
  matrix: Float64Array,
  n: number,
  width: number,
  pace: Pace,
): Promise<Float32Array> {
  const out = new Float32Array(y.length)
  const sums = new Float64Array(width)
  const rows = Math.max(1, Math.floor(2_000_000 / (width * width)))
  for (let from = 0; from < n; from += rows) {
    transformRows(y, matrix, width, from, Math.min(n, from + rows), sums, out)
    await pace.checkpoint()
  }
  return out
}

function transformRows(
  y: Float32Array,
  matrix: Float64Array,
  width: number,
  from: number,
  to: number,
  sums: Float64Array,
  out: Float32Array,
): void {
  for (let u = from; u < to; u++) {
    sums.fill(0)
    const row = u * width
    for (let j = 0; j < width; j++) {
      const x = y[row + j]
      if (x === 0) continue
      const at = j * width
      for (let k = 0; k < width; k++) sums[k] += x * matrix[at + k]
    }
    out.set(sums, row)
  }
}

/**
 * Eigenvalues and (in columns) eigenvectors of a symmetric matrix, by cyclic Jacobi rotations (Golub & Van Loan, 8.5).
 * `matrix` is used up. O(width³) a sweep, 6 to 10 sweeps.
 */
export function eigen(matrix: Float64Array, width: number): { values: Float64Array; vectors: Float64Array } {
  const vectors = new Float64Array(width * width)
  for (let i = 0; i < width; i++) vectors[i * width + i] = 1
  let norm = 0
  for (const x of matrix) norm += x * x
  for (let sweep = 0; sweep < 40; sweep++) {
    let off = 0
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) off += matrix[i * width + j] ** 2
    if (off <= 1e-24 * norm) break
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) rotate(matrix, vectors, width, p, q)
  }
  const values = new Float64Array(width)
  for (let i = 0; i < width; i++) values[i] = matrix[i * width + i]
  return { values, vectors }
}

function rotate(a: Float64Array, v: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q]
  if (apq === 0) return
  const theta = (a[q * width + q] - a[p * width + p]) / (2 * apq)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < width; k++) {
    const x = a[k * width + p]
    const y = a[k * width + q]
    a[k * width + p] = c * x - s * y
    a[k * width + q] = s * x + c * y
  }
  for (let k = 0; k < width; k++) {
    const x = a[p * width + k]
    const y = a[q * width + k]
    a[p * width + k] = c * x - s * y
    a[q * width + k] = s * x + c * y
  }
  for (let k = 0; k < width; k++) {
    const x = v[k * width + p]
    const y = v[k * width + q]
    v[k * width + p] = c * x - s * y
    v[k * width + q] = s * x + c * y
  }
}
