/**
 * Work (entries visited, or values moved) between two checkpoints. At up to 100 ns each, where other processes wear out
 * the caches, that is 25 ms, so that a cancel is heard within about 50 ms.
 */
export const WORK_PER_TURN = 1 << 18

/**
 * Where a turn over rows that starts at `from` should end: after at least one row (a hub's row is not split), and
 * otherwise before rows plus entries exceed `work`. O(log n).
 */
export function endOfTurn(offsets: Uint32Array, n: number, from: number, work = WORK_PER_TURN): number {
  const limit = offsets[from] + from + work
  let low = from + 1
  let high = n
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (offsets[middle] + middle <= limit) low = middle
    else high = middle - 1
  }
  return low
}
