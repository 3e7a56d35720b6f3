import type { Pace } from '../../common/pace.ts'
import type { Csr } from '../graph/types.ts'
import { WORK_PER_TURN } from './turns.ts'

type Pattern = Pick<Csr, 'n' | 'offsets' | 'targets'>

/**
 * Core numbers: the largest k such that the node belongs to a subgraph in which everybody has at least k
 * neighbours (weights are not looked at). 0 for isolated nodes.
 *
 * Nodes are taken off level by level: at level k everybody who has at most k neighbours left goes, and so does whoever
 * falls to k by that. Batagelj & Zaveršnik (2003) keep all nodes sorted by what is left of their degree instead; going
 * through those that are left once a level (Kabir & Madduri 2017, ParK) needs no moving about in memory. A node
 * is gone through as often as its core number says, and the sum of core numbers is at most the sum of degrees: O(n +
 * entries) as well. 12 bytes per node.
 */
export async function coreNumbers(csr: Pattern, pace: Pace): Promise<Uint32Array> {
  const { n, offsets } = csr
  const degree = new Uint32Array(n)
  const left = new Uint32Array(n)
  for (let u = 0; u < n; u++) {
    degree[u] = offsets[u + 1] - offsets[u]
    left[u] = u
  }
  const queue = new Uint32Array(n)
  let remaining = n
  for (let level = 0; remaining > 0; level++) {
    const turn = { head: 0, tail: 0 }
    remaining = split(degree, left, remaining, level, queue, turn)
    while (turn.head < turn.tail) {
      peel(csr, degree, level, queue, turn)
      await pace.checkpoint()
    }
    pace.progress({ phase: 'kernels.cores', done: n - remaining, total: n, unit: 'accounts' })
    await pace.checkpoint()
  }
  return degree
}

/** Queues who goes at this level, drops who went before, and returns how many stay in `left`. */
function split(
  degree: Uint32Array,
  left: Uint32Array,
  remaining: number,
  level: number,
  queue: Uint32Array,
  turn: { tail: number },
): number {
  let kept = 0
  let tail = 0
  for (let i = 0; i < remaining; i++) {
    const u = left[i]
    const d = degree[u]
    if (d > level) left[kept++] = u
    else if (d === level) queue[tail++] = u
  }
  turn.tail = tail
  return kept
}

/** Takes the queued off their neighbours' counts; who falls to the level is queued too. What is left is the core number. */
function peel(
  { offsets, targets }: Pattern,
  degree: Uint32Array,
  level: number,
  queue: Uint32Array,
  turn: { head: number; tail: number },
): void {
  let { head, tail } = turn
  for (let work = 0; head < tail && work < WORK_PER_TURN;) {
    const u = queue[head++]
    const end = offsets[u + 1]
    work += end - offsets[u] + 1
    for (let e = offsets[u]; e < end; e++) {
      const v = targets[e]
      const d = degree[v]
      if (d <= level) continue
      degree[v] = d - 1
      if (d - 1 === level) queue[tail++] = v
    }
  }
  turn.head = head
  turn.tail = tail
}
