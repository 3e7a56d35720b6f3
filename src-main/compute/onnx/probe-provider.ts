import ort from 'onnxruntime-node'
import { expectedRow, probeModelBytes, probeValues } from './probe-model.ts'
import type { Provider } from './provider-names.ts'
import { errorText, openOn } from './session.ts'

export interface ProbeResult {
  provider: Provider
  works: boolean
  /** Median time of one run of the test product (512 × 256 × 256, twice), milliseconds. */
  ms?: number
  error?: string
}

const ROWS = 512
const K = 256
const RUNS = 7
/** Of the largest expected value: TF32 matrix units keep 10 bits, so 1e-3 is what a sound GPU may be off. */
const RELATIVE_TOLERANCE = 2e-3

/** Runs the test model on one provider in this process. Never throws; a provider that aborts takes us along. */
export async function probeHere(provider: Provider): Promise<ProbeResult> {
  try {
    const session = await openOn(probeModelBytes(), provider)
    const x = probeValues(ROWS * K, 1)
    const w = probeValues(K * K, 2)
    const feeds = {
      x: new ort.Tensor('float32', x, [ROWS, K]),
      w: new ort.Tensor('float32', w, [K, K]),
    }
    const times: number[] = []
    let y: Float32Array = new Float32Array(0)
    for (let i = 0; i < RUNS; i++) {
      const start = performance.now()
      y = (await session.run(feeds)).y.data as Float32Array
      times.push(performance.now() - start)
    }
    await session.release()
    for (const row of [0, 255, ROWS - 1]) {
      const expected = expectedRow(x, w, K, row)
      const scale = expected.reduce((m, v) => Math.max(m, Math.abs(v)), 0)
      for (let j = 0; j < K; j++)
        if (!(Math.abs(y[row * K + j] - expected[j]) <= RELATIVE_TOLERANCE * scale))
          return { provider, works: false, error: `wrong numbers: ${y[row * K + j]} for ${expected[j]}` }
    }
    // The first runs include compiling shaders and reserving memory.
    const steady = times.slice(2).sort((a, b) => a - b)
    return { provider, works: true, ms: steady[steady.length >> 1] }
  } catch (error) {
    return { provider, works: false, error: errorText(error) }
  }
}
