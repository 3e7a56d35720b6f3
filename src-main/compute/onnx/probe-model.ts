/**
 * A model small enough to live in the code: y = relu(x · w) · w with x [n, k] and w [k, k], float32, opset 17.
 * Its weights are an input, so 146 bytes are enough for a product of any size and the right answer can be
 * computed here. Made with onnx.helper; MatMul(x, w), Relu, MatMul(·, w).
 */
const MODEL_BASE64 =
  'CAgSBXNob2FsOoABChEKAXgKAXcSAWEiBk1hdE11bAoMCgFhEgFiIgRSZWx1ChEKAWIKAXcSAXkiBk1hdE11bBIFcHJvYmVaFQoBeBIQCg4IARIKCgMSAW4KAxIBa1oVCgF3EhAKDggBEgoKAxIBawoDEgFrYhUKAXkSEAoOCAESCgoDEgFuCgMSAWtCBAoAEBE='

export const probeModelBytes = (): Uint8Array => new Uint8Array(Buffer.from(MODEL_BASE64, 'base64'))

/** Deterministic values in [-0.5, 0.5) (a linear congruential generator; no statistical claims). */
export function probeValues(length: number, seed: number): Float32Array {
  const values = new Float32Array(length)
  let state = seed >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[i] = state / 2 ** 32 - 0.5
  }
  return values
}

/** Row `row` of relu(x · w) · w in double precision. */
export function expectedRow(x: Float32Array, w: Float32Array, k: number, row: number): Float64Array {
  const hidden = new Float64Array(k)
  const out = new Float64Array(k)
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) hidden[j] += x[row * k + i] * w[i * k + j]
  for (let i = 0; i < k; i++) {
    const h = Math.max(0, hidden[i])
    for (let j = 0; j < k; j++) out[j] += h * w[i * k + j]
  }
  return out
}
