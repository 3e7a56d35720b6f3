import type { PartitionComparison } from '../../../src-main/common/contract/recipes.ts'

type Flow = PartitionComparison['flows'][number]

/** A community as a bar on one side; id −1 stands for all others, and for being in none. */
export interface AlluvialNode {
  side: 'a' | 'b'
  id: number
  accounts: number
  y: number
  height: number
}
export interface AlluvialBand {
  from: number
  to: number
  accounts: number
  /** Height at either end, and where it begins there. */
  height: number
  y0: number
  y1: number
}
export interface Alluvial {
  nodes: AlluvialNode[]
  bands: AlluvialBand[]
  /** Accounts that the picture shows: those in a listed community of either side. */
  shown: number
}

export const OTHERS = -1

/** The largest communities of the first side, with their sizes. */
function largest(flows: readonly Flow[], count: number): Map<number, number> {
  const sizes = new Map(flows.map((flow) => [flow.from, flow.fromSize]))
  return new Map([...sizes].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, count))
}

/** The communities of the second side that take most of those, with their sizes. */
function takers(
  flows: readonly Flow[],
  left: ReadonlyMap<number, number>,
  count: number,
): Map<number, number> {
  const taken = new Map<number, { accounts: number; size: number }>()
  for (const flow of flows) {
    if (!left.has(flow.from)) continue
    const accounts = (taken.get(flow.to)?.accounts ?? 0) + flow.accounts
    taken.set(flow.to, { accounts, size: flow.toSize })
  }
  const most = [...taken].sort((a, b) => b[1].accounts - a[1].accounts || a[0] - b[0]).slice(0, count)
  return new Map(most.map(([id, { size }]) => [id, size]))
}

/**
 * Where the accounts of one design's largest communities are in the other's: those on the left, the communities that
 * take most of them on the right, bands between. Only communities with a listed overlap are known.
 * What a listed community exchanges with unlisted ones, or with none, goes to one "others" bar; accounts that are in
 * no listed community on either side are left out, since they would be most of the picture and say nothing.
 * Every bar is as high as its accounts, at one scale, and has at least `slot` of room, for its label; so the picture
 * can be higher than `height`. Orders follow the bands to keep crossings few.
 */
export function alluvial(
  flows: readonly Flow[],
  options: { height: number; count: number; gap: number; slot?: number },
): Alluvial {
  const left = largest(flows, options.count)
  const right = takers(flows, left, options.count)
  const bands: { from: number; to: number; accounts: number }[] = []
  const leftRest = new Map(left)
  const rightRest = new Map(right)
  for (const flow of flows) {
    if (!left.has(flow.from) || !right.has(flow.to)) continue
    bands.push({ from: flow.from, to: flow.to, accounts: flow.accounts })
    leftRest.set(flow.from, leftRest.get(flow.from)! - flow.accounts)
    rightRest.set(flow.to, rightRest.get(flow.to)! - flow.accounts)
  }
  for (const [from, accounts] of leftRest) if (accounts > 0) bands.push({ from, to: OTHERS, accounts })
  for (const [to, accounts] of rightRest) if (accounts > 0) bands.push({ from: OTHERS, to, accounts })
  const sum = (list: { accounts: number }[]) => list.reduce((all, { accounts }) => all + accounts, 0)
  const shown = sum(bands)
  if (shown === 0) return { nodes: [], bands: [], shown: 0 }

  const leftOrder = [...left.keys(), ...(bands.some((b) => b.from === OTHERS) ? [OTHERS] : [])]
  const place = new Map(leftOrder.map((id, i) => [id, i]))
  // A right bar stands where its accounts come from; the others are last.
  const middle = (to: number) => {
    const own = bands.filter((band) => band.to === to && band.from !== OTHERS)
    if (own.length === 0) return leftOrder.length
    return own.reduce((all, band) => all + place.get(band.from)! * band.accounts, 0) / sum(own)
  }
  const rightOrder = [...right.keys()]
    .map((id) => ({ id, at: middle(id) }))
    .sort((a, b) => a.at - b.at || a.id - b.id)
    .map(({ id }) => id)
  if (bands.some((band) => band.to === OTHERS)) rightOrder.push(OTHERS)

  const gaps = Math.max(leftOrder.length, rightOrder.length) - 1
  const scale = Math.max(0, options.height - gaps * options.gap) / shown
  const stack = (side: 'a' | 'b', order: number[]) => {
    let y = 0
    return order.map((id): AlluvialNode => {
      const own = bands.filter((band) => (side === 'a' ? band.from : band.to) === id)
      const accounts = sum(own)
      const node = { side, id, accounts, y, height: accounts * scale }
      y += Math.max(node.height + options.gap, options.slot ?? 0)
      return node
    })
  }
  const leftNodes = stack('a', leftOrder)
  const rightNodes = stack('b', rightOrder)
  const rightPlace = new Map(rightOrder.map((id, i) => [id, i]))
  const y0 = new Map(leftNodes.map((node) => [node.id, node.y]))
  const y1 = new Map(rightNodes.map((node) => [node.id, node.y]))
  const takes = (ys: Map<number, number>, id: number, height: number) => {
    const y = ys.get(id)!
    ys.set(id, y + height)
    return y
  }
  const byLeft = [...bands].sort(
    (a, b) => place.get(a.from)! - place.get(b.from)! || rightPlace.get(a.to)! - rightPlace.get(b.to)!,
  )
  const starts = new Map(byLeft.map((band) => [band, takes(y0, band.from, band.accounts * scale)]))
  const byRight = [...bands].sort(
    (a, b) => rightPlace.get(a.to)! - rightPlace.get(b.to)! || place.get(a.from)! - place.get(b.from)!,
  )
  const placed = byRight.map((band) => ({
    ...band,
    height: band.accounts * scale,
    y0: starts.get(band)!,
    y1: takes(y1, band.to, band.accounts * scale),
  }))
  return { nodes: [...leftNodes, ...rightNodes], bands: placed, shown }
}

/** A band's outline between two columns, CSS pixels. */
export function bandPath(band: AlluvialBand, x0: number, x1: number): string {
  const mid = (x0 + x1) / 2
  const { y0, y1, height } = band
  return (
    `M${x0},${y0}C${mid},${y0} ${mid},${y1} ${x1},${y1}` +
    `V${y1 + height}C${mid},${y1 + height} ${mid},${y0 + height} ${x0},${y0 + height}Z`
  )
}
