import ort from 'onnxruntime-node'
import type { Pace } from '../../common/pace.ts'
import { powers } from '../diffusion/filters.ts'
import type { Operator } from '../diffusion/operator.ts'
import type { FeatureColumn } from '../learning/types.ts'
import { openOn } from '../onnx/session.ts'
import { OnnxGraph } from '../onnx/write/graph.ts'
import type { NetworkMember } from './member.ts'
import { testColumn } from './testing.ts'

/** Rows that the head takes at once: what it holds meanwhile stays in the cache. */
const CHUNK = 1024

/** Columns of x, Ax, …, A^hops x, hop by hop. */
export function scoringColumns(width: number, hops: number): FeatureColumn[] {
  return Array.from({ length: (hops + 1) * width }, (_, k) => {
    const hop = Math.floor(k / width)
    const name = `f${k % width}`
    return hop === 0
      ? testColumn(name)
      : testColumn(`power:${hop}:${name}`, { operator: 'power', relation: 'all', hop })
  })
}

/** A network as a session of its own, with this many threads. */
export function openHead(member: NetworkMember, threads: number): Promise<ort.InferenceSession> {
  const graph = new OnnxGraph('network')
  const x = graph.input('x', 'float32', ['batch', member.data.encoding.width])
  graph.output(member.toOnnx(graph, x), 'float32', ['batch', 1])
  return openOn(graph.toBytes(), 'cpu', { threads })
}

/** Diffusion, then the head: margins of all n accounts, and the seconds of each. */
export async function scoreAccounts(
  a: Operator,
  x: Float32Array,
  width: number,
  hops: number,
  head: ort.InferenceSession,
  pace: Pace,
): Promise<{ margins: Float32Array<ArrayBuffer>; hops: number; head: number }> {
  const start = performance.now()
  const parts = await powers(a, x, width, hops, pace)
  const middle = performance.now()
  const columns = parts.length * width
  const table = new Float32Array(CHUNK * columns)
  const margins = new Float32Array(a.n)
  for (let from = 0; from < a.n; from += CHUNK) {
    const rows = Math.min(CHUNK, a.n - from)
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p]
      for (let i = 0, q = p * width, s = from * width; i < rows; i++, q += columns)
        for (let c = 0; c < width; c++) table[q + c] = part[s++]
    }
    const input = new ort.Tensor('float32', table.subarray(0, rows * columns), [rows, columns])
    const [output] = Object.values(await head.run({ x: input }))
    margins.set(output.data as Float32Array, from)
    await pace.checkpoint()
  }
  return { margins, hops: (middle - start) / 1000, head: (performance.now() - middle) / 1000 }
}
