import { below } from './random'
import { get, Level, put, Work } from './state'

/** Nodes of a sweep that had a label lighter than another around them. */
let unsettled: u32 = 0

export function propagateSweep(): void {
  unsettled = 0
}
export function sweepUnsettled(): u32 {
  return unsettled
}

/**
 * Label propagation (Raghavan, Albert, Kumara 2007): the node takes the label that weighs most around it and draws
 * among those that tie. With `settle` it keeps its own where that ties, so that the end is reached. Returns the entries
 * followed, with the highest bit set when the label changed.
 */
export function propagate(u: u32, settle: bool): u32 {
  const community = Work.community
  const totals = Work.totals
  const seen = Work.seen
  const first = Level.records + (<usize>get(Level.offsets, u) << 3)
  const end = Level.records + (<usize>get(Level.offsets, u + 1) << 3)
  const from = get(community, u)
  let met = seen
  for (let e = first; e < end; e += 8) {
    const c = get(community, load<u32>(e))
    const total = totals + (<usize>c << 4)
    const sum = load<f64>(total, 8)
    store<u32>(met, c)
    met += <usize>(sum == 0) << 2
    store<f64>(total, sum + <f64>load<f32>(e, 4), 8)
  }
  const stay = load<f64>(totals + (<usize>from << 4), 8)
  let best = from
  let heaviest: f64 = 0
  let ties: u32 = 0
  for (let s = seen; s < met; s += 4) {
    const c = load<u32>(s)
    const total = totals + (<usize>c << 4)
    const sum = load<f64>(total, 8)
    store<f64>(total, 0, 8)
    if (sum < heaviest) continue
    if (sum > heaviest) {
      heaviest = sum
      ties = 0
    }
    if (below(++ties) == 0) best = c
  }
  const work = <u32>((end - first) >> 3) + 4
  // Sums of the same weights in another order may differ in the last bits: that is a tie too.
  const light = stay < heaviest * (1 - 1e-12)
  unsettled += u32(light)
  if (best == from || (settle && !light)) return work
  put(community, u, best)
  const dirty = Work.dirty
  for (let e = first; e < end; e += 8) {
    const v = load<u32>(e)
    if (get(community, v) != best) store<u8>(dirty + v, 1)
  }
  return work | 0x80000000
}
