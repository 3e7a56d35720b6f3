import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { WORK_PER_TURN } from './turns.ts'

/** A node that can't be reached. */
export const UNREACHED = 0xffffffff

/**
 * Hops from `source` to every node by breadth-first search; UNREACHED where there is no path, or where it is longer
 * than `maxHops`. O(n + entries), 8 bytes per node.
 */
export async function hops(
  csr: Pick<Csr, 'n' | 'offsets' | 'targets'>,
  source: number,
  pace: Pace,
  maxHops = UNREACHED - 1,
): Promise<Uint32Array> {
  const distance = new Uint32Array(csr.n).fill(UNREACHED)
  const queue = new Uint32Array(csr.n)
  distance[source] = 0
  queue[0] = source
  const state = { head: 0, tail: 1 }
  while (state.head < state.tail) {
    visit(csr, distance, queue, state, maxHops)
    pace.progress({ phase: 'kernels.hops', done: state.head, total: null, unit: 'accounts' })
    await pace.checkpoint()
  }
  return distance
}

function visit(
  { offsets, targets }: Pick<Csr, 'offsets' | 'targets'>,
  distance: Uint32Array,
  queue: Uint32Array,
  state: { head: number; tail: number },
  maxHops: number,
): void {
  let { head, tail } = state
  for (let work = 0; head < tail && work < WORK_PER_TURN;) {
    const u = queue[head++]
    const next = distance[u] + 1
    if (next > maxHops) continue
    const end = offsets[u + 1]
    work += end - offsets[u] + 1
    for (let e = offsets[u]; e < end; e++) {
      const v = targets[e]
      if (distance[v] === UNREACHED) {
        distance[v] = next
        queue[tail++] = v
      }
    }
  }
  state.head = head
  state.tail = tail
}
