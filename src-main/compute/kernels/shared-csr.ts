import type { Csr } from '../graph/types.ts'

/**
 * A copy of a graph whose arrays lie on one SharedArrayBuffer, so that threads of the compute process can read it
 * without copying. Handing the same graph in again gives it back as it is.
 */
export function toSharedCsr(csr: Csr): Csr {
  const { n, offsets, targets, weights } = csr
  const shared = (array: { readonly buffer: ArrayBufferLike }) => array.buffer instanceof SharedArrayBuffer
  if (shared(offsets) && shared(targets) && shared(weights)) return csr
  const buffer = new SharedArrayBuffer(offsets.byteLength + targets.byteLength + weights.byteLength)
  const copy: Csr = {
    n,
    offsets: new Uint32Array(buffer, 0, offsets.length),
    targets: new Uint32Array(buffer, offsets.byteLength, targets.length),
    weights: new Float32Array(buffer, offsets.byteLength + targets.byteLength, weights.length),
  }
  copy.offsets.set(offsets)
  copy.targets.set(targets)
  copy.weights.set(weights)
  return copy
}
