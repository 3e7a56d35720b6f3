import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'

/** Scrambles 32 bits so that each of them depends on all of them (Chris Wellons' lowbias32). */
function scramble(x: number): number {
  x ^= x >>> 16
  x = Math.imul(x, 0x21f0aaad)
  x ^= x >>> 15
  x = Math.imul(x, 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}

/** The `index`-th seed (32 bits) that follows from `seed`; different streams of one run never share one by chance. */
export function seedFor(seed: number, stream: string, index: number): number {
  let hash = scramble((seed ^ 0x9e3779b9) | 0) ^ Math.floor(seed / 4294967296)
  for (let i = 0; i < stream.length; i++) hash = scramble(hash ^ stream.charCodeAt(i))
  return scramble(hash ^ scramble(index + 1))
}

/** Entries between two checkpoints. */
const CHUNK = 1 << 18

/**
 * Thins a graph again and again in the same memory: the graph it returns is overwritten by its next call.
 * Every edge stays with probability 1 − dropped, with its weight. Whether it stays depends on (seed, u, v) alone, so
 * both directions agree and no list of edges is needed. ~12 bytes an entry.
 */
export function createThinner(csr: Csr, dropped: number, pace: Pace): (seed: number) => Promise<Csr> {
  const offsets = new Uint32Array(csr.n + 1)
  const targets = new Uint32Array(csr.targets.length)
  const weights = new Float32Array(csr.weights.length)
  const limit = dropped * 4294967296
  return async (seed) => {
    let at = 0
    let nextCheck = CHUNK
    for (let u = 0; u < csr.n; u++) {
      const rowSeed = scramble(u ^ seed)
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        const v = csr.targets[e]
        const hash = u < v ? scramble(rowSeed ^ v) : scramble(scramble(v ^ seed) ^ u)
        if (hash < limit) continue
        targets[at] = v
        weights[at++] = csr.weights[e]
      }
      offsets[u + 1] = at
      if (csr.offsets[u + 1] >= nextCheck) {
        nextCheck = csr.offsets[u + 1] + CHUNK
        await pace.checkpoint()
      }
    }
    return { n: csr.n, offsets, targets: targets.subarray(0, at), weights: weights.subarray(0, at) }
  }
}
