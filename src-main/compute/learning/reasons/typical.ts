import type { RowReader } from '../scorers/score-table.ts'

/** Accounts over which medians are taken. */
const TYPICAL_ROWS = 2000

/** Median of each column over accounts spread over the table; NaN where most of them have no value. */
export async function medians(reader: RowReader, n: number, width: number): Promise<Float32Array> {
  const rows = Math.min(n, TYPICAL_ROWS)
  const nodes = Uint32Array.from({ length: rows }, (_, i) => Math.floor((i * n) / rows))
  const x = new Float32Array(rows * width)
  await reader.read(nodes, x)
  const out = new Float32Array(width).fill(NaN)
  const known = new Float32Array(rows)
  for (let k = 0; k < width; k++) {
    let count = 0
    for (let i = 0; i < rows; i++) if (!Number.isNaN(x[i * width + k])) known[count++] = x[i * width + k]
    if (count > 0 && 2 * count >= rows) out[k] = known.subarray(0, count).sort()[count >> 1]
  }
  return out
}
