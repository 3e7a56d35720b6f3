import { otherEnd, type AroundModel, type AroundNode } from './model.ts'
import type { LayoutName, NodeKey } from './state.ts'

export interface Place {
  x: number
  y: number
}
export type Places = Map<NodeKey, Place>

/** A line or a word that explains the places: a ring, a column, a date. In the canvas's units. */
export type Guide =
  | { kind: 'ring'; r: number; hop: number }
  | { kind: 'column'; x: number; width: number; top: number; community: number | null; accounts: number }
  | { kind: 'date'; x: number; ms: number }
  | { kind: 'undated'; x: number }

/** Room of one node, in the canvas's units; at the first zoom a unit is about a CSS pixel. */
export const ROOM = 34
/** Places on a grid by distance, nearest first: how a free one is looked for. */
const SPIRAL: readonly (readonly [number, number])[] = (() => {
  const reach = 70
  const cells: [number, number][] = []
  for (let x = -reach; x <= reach; x++)
    for (let y = -reach; y <= reach; y++) if (x * x + y * y <= reach * reach) cells.push([x, y])
  return cells.sort((p, q) => p[0] ** 2 + p[1] ** 2 - (q[0] ** 2 + q[1] ** 2) || p[0] - q[0] || p[1] - q[1])
})()

/** Which cells are taken; the nearest free one to a point is found without looking at the same ones again. */
class Room {
  private readonly taken = new Set<number>()
  private readonly cursor = new Map<number, number>()
  private key(cx: number, cy: number): number {
    return (cx + 0x8000) * 0x10000 + (cy + 0x8000)
  }
  take({ x, y }: Place): void {
    this.taken.add(this.key(Math.round(x / ROOM), Math.round(y / ROOM)))
  }
  /** The nearest free place to a point; it is taken now. */
  find(at: Place): Place {
    const cx = Math.round(at.x / ROOM)
    const cy = Math.round(at.y / ROOM)
    const from = this.key(cx, cy)
    let k = this.cursor.get(from) ?? 0
    for (; k < SPIRAL.length; k++) {
      const key = this.key(cx + SPIRAL[k]![0], cy + SPIRAL[k]![1])
      if (this.taken.has(key)) continue
      this.taken.add(key)
      this.cursor.set(from, k + 1)
      // Every other row is shifted by half a room: less of a grid to the eye.
      const [dx, dy] = SPIRAL[k]!
      const shift = (cy + dy) & 1 ? ROOM / 2 : 0
      return { x: (cx + dx) * ROOM + shift * 0.5, y: (cy + dy) * ROOM }
    }
    return { x: at.x + (this.taken.size % 97), y: at.y + (this.taken.size % 89) }
  }
}

/**
 * Places for nodes that have none: beside what brought them, on the side away from the middle of what is there, never on
 * top of anything. Nothing that has a place moves. Answers the keys that were placed. Deterministic.
 */
export function placeNew(
  model: AroundModel,
  places: Places,
  pinned: Record<NodeKey, [number, number]>,
): NodeKey[] {
  const { nodes, edges, edgesOf } = model
  for (const { key } of nodes) {
    const at = pinned[key]
    if (at) places.set(key, { x: at[0], y: at[1] })
  }
  const room = new Room()
  let sx = 0
  let sy = 0
  let placed = 0
  const queue: number[] = []
  const seen = new Uint8Array(nodes.length)
  nodes.forEach(({ key }, i) => {
    const at = places.get(key)
    if (!at) return
    room.take(at)
    sx += at.x
    sy += at.y
    placed++
    seen[i] = 1
    queue.push(i)
  })
  const fresh: NodeKey[] = []
  const put = (i: number, target: Place) => {
    const at = room.find(target)
    places.set(nodes[i]!.key, at)
    fresh.push(nodes[i]!.key)
    sx += at.x
    sy += at.y
    placed++
  }
  const middle = (): Place => (placed === 0 ? { x: 0, y: 0 } : { x: sx / placed, y: sy / placed })
  const seeds = nodes.flatMap((node, i) => (node.seed && !seen[i] ? i : []))
  seeds.forEach((i, k) => {
    const angle = (2 * Math.PI * k) / seeds.length
    const radius = seeds.length === 1 && placed === 0 ? 0 : 60 + 16 * seeds.length
    const { x, y } = middle()
    const at =
      placed === 0 || k > 0 ? { x: radius * Math.cos(angle), y: radius * Math.sin(angle) } : { x: x + 200, y }
    put(i, at)
    seen[i] = 1
    queue.push(i)
  })
  const grow = () => {
    for (let q = 0; q < queue.length; q++) {
      const i = queue[q]!
      const here = places.get(nodes[i]!.key)!
      const away = direction(here, middle())
      const next = edgesOf[i]!.map((e) => otherEnd(edges[e]!, i)).filter((j) => !seen[j])
      next.forEach((j, k) => {
        seen[j] = 1
        queue.push(j)
        const others = edgesOf[j]!.map((e) => otherEnd(edges[e]!, j)).flatMap((o) =>
          o === i ? [] : (places.get(nodes[o]!.key) ?? []),
        )
        if (others.length > 0) {
          const all = [here, ...others]
          put(j, { x: mean(all, 'x'), y: mean(all, 'y') })
        } else if (away === null) {
          const angle = (2 * Math.PI * k) / next.length
          put(j, { x: here.x + 70 * Math.cos(angle), y: here.y + 70 * Math.sin(angle) })
        } else {
          const reach = 50 + 9 * Math.sqrt(next.length)
          put(j, { x: here.x + away.x * reach, y: here.y + away.y * reach })
        }
      })
    }
    queue.length = 0
  }
  grow()
  // What nothing joins to the rest: in a row of its own below.
  nodes.forEach((_, i) => {
    if (seen[i]) return
    seen[i] = 1
    const { x, y } = middle()
    put(i, { x, y: y - 180 })
    queue.push(i)
    grow()
  })
  return fresh
}

const mean = (places: Place[], axis: 'x' | 'y'): number =>
  places.reduce((sum, place) => sum + place[axis], 0) / places.length

function direction(from: Place, middle: Place): Place | null {
  const dx = from.x - middle.x
  const dy = from.y - middle.y
  const length = Math.hypot(dx, dy)
  return length < 1 ? null : { x: dx / length, y: dy / length }
}

/** Places by a rule instead of by force; `guides` say what the rule was. Pinned nodes stay where they are pinned. */
export function arrange(
  model: AroundModel,
  name: Exclude<LayoutName, 'force'>,
  pinned: Record<NodeKey, [number, number]>,
): { places: Places; guides: Guide[] } {
  const made = { rings: inRings, time: byTime, communities: inColumns }[name](model)
  for (const [key, at] of Object.entries(pinned))
    if (model.placeOf.has(key)) made.places.set(key, { x: at[0], y: at[1] })
  return made
}

/** Seeds in the middle, each hop on a ring of its own, everything near what it hangs on. */
function inRings(model: AroundModel): { places: Places; guides: Guide[] } {
  const { nodes, edges, edgesOf } = model
  const places: Places = new Map()
  const guides: Guide[] = []
  const most = nodes.reduce((max, { hop }) => Math.max(max, hop), 0)
  const angle = new Float64Array(nodes.length)
  // Things have a ring of their own, half way to the accounts that they bring.
  const rings: number[][] = []
  nodes.forEach((node, i) => {
    const hop = node.hop < 0 ? most + 1 : node.hop
    const ring = hop * 2 - (node.kind === 'thing' && hop > 0 ? 1 : 0)
    ;(rings[ring] ??= []).push(i)
  })
  let radius = 0
  let inner = -1
  for (let ring = 0; ring < rings.length; ring++) {
    const here = rings[ring]
    if (!here) continue
    const at = (i: number): number => {
      let x = 0
      let y = 0
      for (const e of edgesOf[i]!) {
        const o = otherEnd(edges[e]!, i)
        if (!places.has(nodes[o]!.key)) continue
        x += Math.cos(angle[o]!)
        y += Math.sin(angle[o]!)
      }
      return x === 0 && y === 0 ? 0 : Math.atan2(y, x)
    }
    const order = here
      .map((i) => ({ i, wish: at(i) }))
      .sort((p, q) => p.wish - q.wish || nodes[p.i]!.key.localeCompare(nodes[q.i]!.key))
    const least = (here.length * ROOM) / (2 * Math.PI)
    radius = inner < 0 ? (here.length === 1 ? 0 : Math.max(40, least)) : Math.max(inner + 2.2 * ROOM, least)
    inner = radius
    // Evenly around, turned so that the ring as a whole lies nearest to where its nodes would be.
    let x = 0
    let y = 0
    order.forEach(({ wish }, k) => {
      const turn = wish - (2 * Math.PI * k) / order.length
      x += Math.cos(turn)
      y += Math.sin(turn)
    })
    const turn = Math.atan2(y, x)
    order.forEach(({ i }, k) => {
      angle[i] = turn + (2 * Math.PI * k) / order.length
      places.set(nodes[i]!.key, { x: radius * Math.cos(angle[i]!), y: radius * Math.sin(angle[i]!) })
    })
    const hop = nodes[here[0]!]!.hop
    if (ring % 2 === 0 && radius > 0 && hop >= 0) guides.push({ kind: 'ring', r: radius, hop })
  }
  return { places, guides }
}

/** From left to right by registration, or the first that was seen of an account; what nobody dated stands on the left. */
function byTime(model: AroundModel): { places: Places; guides: Guide[] } {
  const { nodes, scene } = model
  const when = (node: AroundNode): number => {
    if (node.kind !== 'account') return NaN
    const { registered, firstSeen } = scene.accounts
    return Number.isNaN(registered[node.index]!) ? firstSeen[node.index]! : registered[node.index]!
  }
  const times = nodes.map(when)
  const dated = times.filter((ms) => !Number.isNaN(ms))
  const from = dated.reduce((least, ms) => Math.min(least, ms), Infinity)
  const to = dated.reduce((most, ms) => Math.max(most, ms), -Infinity)
  const width = Math.max(640, Math.sqrt(nodes.length) * ROOM * 1.8)
  const scale = to > from ? width / (to - from) : 0
  const x = (ms: number) => (scale === 0 ? 0 : (ms - from) * scale - width / 2)
  const columns = new Map<number, number>()
  const places: Places = new Map()
  const stack = (key: NodeKey, wish: number, up: boolean) => {
    const column = Math.round(wish / ROOM)
    const index = column * 2 + (up ? 1 : 0)
    const height = columns.get(index) ?? 0
    columns.set(index, height + 1)
    places.set(key, { x: column * ROOM, y: (up ? 1 : -1) * ((height + 0.6) * ROOM) })
  }
  const undated = -width / 2 - 3 * ROOM
  nodes.forEach((node, i) => {
    if (node.kind === 'account') stack(node.key, Number.isNaN(times[i]!) ? undated : x(times[i]!), true)
  })
  // Everything else hangs below the line, under the mean of what it is joined to.
  nodes.forEach((node, i) => {
    if (node.kind === 'account') return
    const joined = model.edgesOf[i]!.flatMap(
      (e) => places.get(nodes[otherEnd(model.edges[e]!, i)]!.key) ?? [],
    )
    stack(node.key, joined.length === 0 ? undated : mean(joined, 'x'), false)
  })
  const guides: Guide[] = []
  if (scale > 0) {
    const steps = 5
    for (let k = 0; k <= steps; k++) {
      const ms = from + ((to - from) * k) / steps
      guides.push({ kind: 'date', x: x(ms), ms })
    }
  } else if (dated.length > 0) guides.push({ kind: 'date', x: 0, ms: from })
  if (dated.length < times.filter((_, i) => nodes[i]!.kind === 'account').length)
    guides.push({ kind: 'undated', x: undated })
  return { places, guides }
}

/** A column for each community, larger ones first; things between the columns of those who use them. */
function inColumns(model: AroundModel): { places: Places; guides: Guide[] } {
  const { nodes, scene } = model
  const byCommunity = new Map<number, AroundNode[]>()
  for (const node of nodes) {
    if (node.kind !== 'account') continue
    const community = scene.accounts.community[node.index]!
    const list = byCommunity.get(community)
    if (list) list.push(node)
    else byCommunity.set(community, [node])
  }
  const columns = [...byCommunity].sort(
    ([c, p], [d, q]) => Number(c === 0xffffffff) - Number(d === 0xffffffff) || q.length - p.length || c - d,
  )
  const places: Places = new Map()
  const guides: Guide[] = []
  const rows = Math.max(8, Math.ceil(Math.sqrt(nodes.length * 0.8)))
  const top = ((rows - 1) * ROOM) / 2
  let left = 0
  for (const [community, members] of columns) {
    members.sort((p, q) => q.ties - p.ties || p.index - q.index)
    const wide = Math.ceil(members.length / rows)
    members.forEach((node, k) => {
      places.set(node.key, { x: left + Math.floor(k / rows) * ROOM, y: top - (k % rows) * ROOM })
    })
    guides.push({
      kind: 'column',
      x: left - ROOM / 2,
      width: wide * ROOM,
      top: top + ROOM,
      community: community === 0xffffffff ? null : community,
      accounts: members.length,
    })
    left += wide * ROOM + 3 * ROOM
  }
  const middle = (left - 4 * ROOM) / 2
  for (const place of places.values()) place.x -= middle
  for (const guide of guides) if (guide.kind === 'column') guide.x -= middle
  const room = new Room()
  for (const place of places.values()) room.take(place)
  nodes.forEach((node, i) => {
    if (node.kind === 'account') return
    const joined = model.edgesOf[i]!.flatMap(
      (e) => places.get(nodes[otherEnd(model.edges[e]!, i)]!.key) ?? [],
    )
    const at =
      joined.length === 0 ? { x: 0, y: -top - 2 * ROOM } : { x: mean(joined, 'x'), y: mean(joined, 'y') }
    places.set(node.key, room.find({ x: at.x, y: Math.min(at.y, -top - 2 * ROOM) }))
  })
  return { places, guides }
}
