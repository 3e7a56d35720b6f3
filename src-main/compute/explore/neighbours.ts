import type { Pace } from '../../common/pace.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import type { Between } from './communities.ts'

/**
 * What each community is bound to most: a page names a dozen, so it need not read seven million edges. Those of community c
 * are offsets[c] .. offsets[c + 1], heaviest first.
 */
export interface Neighbours {
  offsets: Uint32Array
  other: Uint32Array
  weight: Float32Array
}
/** As many of each community's edges are kept. */
export const MOST_NEIGHBOURS = 32

export async function loadNeighbours(
  workspace: string,
  key: string,
  communities: number,
  between: () => Promise<Between>,
  pace: Pace,
): Promise<Neighbours> {
  const kept = { workspace, group: 'neighbours', key, keep: 3 }
  const file = await readColumns<null>(pathOf(kept), pace)
  if (file) return file.columns as never as Neighbours
  const made = heaviestOfEach(await between(), communities)
  await keepColumns(kept, { meta: null, columns: { ...made } }, pace)
  return made
}

/** @param between edges, heaviest first. */
export function heaviestOfEach({ source, target, weight }: Between, communities: number): Neighbours {
  const sizes = new Uint32Array(communities)
  const room = (c: number) => sizes[c] < MOST_NEIGHBOURS
  for (let e = 0; e < source.length; e++) {
    if (room(source[e])) sizes[source[e]]++
    if (room(target[e])) sizes[target[e]]++
  }
  const offsets = new Uint32Array(communities + 1)
  for (let c = 0; c < communities; c++) offsets[c + 1] = offsets[c] + sizes[c]
  const other = new Uint32Array(offsets[communities])
  const weights = new Float32Array(offsets[communities])
  const next = offsets.slice(0, communities)
  const put = (c: number, to: number, w: number) => {
    if (next[c] === offsets[c + 1]) return
    other[next[c]] = to
    weights[next[c]++] = w
  }
  for (let e = 0; e < source.length; e++) {
    put(source[e], target[e], weight[e])
    put(target[e], source[e], weight[e])
  }
  return { offsets, other, weight: weights }
}
