/** The uses of one thing by ascending time; who[i] used it at time[i]. */
export interface Uses {
  readonly who: Uint32Array
  readonly time: Float64Array
}

export interface NearPairs {
  readonly a: Uint32Array
  readonly b: Uint32Array
  /** The earlier moment of the two uses that lie closest together (the latest such two). */
  readonly time: Float64Array
}

/** Turns of use looked at on each side of a use, times k: bounds the work where few accounts alternate endlessly. */
const LOOK = 32

/**
 * Joins each account to the `k` others whose uses lie closest in time to one of its own; a pair is joined where
 * either has the other among its k. Equally close ones are taken by the later moment, then by number. Each pair once,
 * a < b, ascending. The uses lie in [from, to) of the columns and are sorted by time, then by account.
 *
 * An account's k nearest by all its uses are among the k distinct nearest of one of them, so looking outward from
 * each use is exact (up to 32 k turns of use on each side). O(uses × k), no pair of the rest is ever listed.
 */
export function nearestInTime(uses: Uses, from: number, to: number, k: number): NearPairs {
  const { who, time } = uses
  // Uses of one account in a row: only the first and the last can be closest to somebody else's.
  const turnStart: number[] = []
  for (let i = from; i < to; i++) if (i === from || who[i] !== who[i - 1]) turnStart.push(i)
  const turns = turnStart.length
  const endOf = (turn: number): number => (turn + 1 < turns ? turnStart[turn + 1] : to) - 1

  const ofAccount = new Map<number, number[]>()
  for (let turn = 0; turn < turns; turn++) {
    const account = who[turnStart[turn]]
    const list = ofAccount.get(account)
    if (list === undefined) ofAccount.set(account, [turn])
    else list.push(turn)
  }
  const joined = new Map<number, Map<number, number>>()
  const gap = new Map<number, number>()
  const moment = new Map<number, number>()
  for (const [account, own] of ofAccount) {
    gap.clear()
    moment.clear()
    const meet = (other: number, distance: number, at: number): void => {
      const known = gap.get(other)
      if (known !== undefined && (known < distance || (known === distance && moment.get(other)! >= at)))
        return
      gap.set(other, distance)
      moment.set(other, at)
    }
    for (const turn of own) {
      for (const step of [-1, 1]) {
        const edge = time[step < 0 ? turnStart[turn] : endOf(turn)]
        const seen = new Set<number>()
        let farthest = Infinity
        for (let t = turn + step, looked = 0; t >= 0 && t < turns && looked < LOOK * k; t += step, looked++) {
          const use = step < 0 ? endOf(t) : turnStart[t]
          const other = who[use]
          const distance = Math.abs(time[use] - edge)
          // All that are as close as the k-th belong to the choice.
          if (distance > farthest) break
          if (other === account) continue
          meet(other, distance, Math.min(time[use], edge))
          seen.add(other)
          if (seen.size >= k && farthest === Infinity) farthest = distance
        }
      }
    }
    const nearest = [...gap].sort(
      (x, y) => x[1] - y[1] || moment.get(y[0])! - moment.get(x[0])! || x[0] - y[0],
    )
    for (const [other] of nearest.slice(0, k)) {
      const [a, b] = account < other ? [account, other] : [other, account]
      let row = joined.get(a)
      if (row === undefined) joined.set(a, (row = new Map()))
      row.set(b, moment.get(other)!)
    }
  }
  const pairs = [...joined].flatMap(([a, row]) => [...row].map(([b, at]) => [a, b, at] as const))
  pairs.sort((x, y) => x[0] - y[0] || x[1] - y[1])
  return {
    a: Uint32Array.from(pairs, (pair) => pair[0]),
    b: Uint32Array.from(pairs, (pair) => pair[1]),
    time: Float64Array.from(pairs, (pair) => pair[2]),
  }
}
