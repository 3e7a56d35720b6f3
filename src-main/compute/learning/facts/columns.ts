/** Named columns of one value per account, NaN where not known. */
export type Columns = ReadonlyMap<string, Float32Array>

/** One NaN-filled column per name. */
export function emptyColumns(names: readonly string[], n: number): Map<string, Float32Array> {
  return new Map(names.map((name) => [name, new Float32Array(n).fill(NaN)]))
}
