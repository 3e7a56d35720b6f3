import type { AroundScene } from '../../../../src-main/common/contract/around.ts'
import {
  accountKey,
  groupKey,
  idOf,
  moreKey,
  thingKey,
  type AroundState,
  type Group,
  type NodeKey,
  type NodeKind,
} from './state.ts'

export interface AroundNode {
  key: NodeKey
  kind: NodeKind
  /** account, thing: row in the scene's columns; group: place in state.groups; more: place in state.expansions. */
  index: number
  /** Summed weight at both ends of what it is joined by; thing: accounts shown that use it. */
  ties: number
  /** Hops from the nearest seed over what is drawn, a thing between two accounts counting as no account; -1: not joined. */
  hop: number
  seed: boolean
}
export interface AroundEdge {
  /** Places in `nodes`. */
  a: number
  b: number
  /** tie: the graph joins two accounts; use: an account uses a thing; more: to what an expansion left out. */
  kind: 'tie' | 'use' | 'more'
  weight: number
  /** Bits of scene.channels that are drawn. */
  mask: number
  /** Edges that it stands for: more than one where a group is at an end. */
  count: number
}
export interface AroundModel {
  scene: AroundScene
  nodes: AroundNode[]
  edges: AroundEdge[]
  placeOf: Map<NodeKey, number>
  /** Places in `edges` of a node's edges. */
  edgesOf: number[][]
}

/** The parts of the state that decide what is drawn. */
export type Drawn = Pick<AroundState, 'seeds' | 'expansions' | 'hidden' | 'hiddenKinds' | 'groups'>

/**
 * What is drawn of a scene: what is hidden is left out, closed groups are one node, and a tie is left out where all that
 * makes it are kinds that are switched off or shared things that stand between the two as nodes of their own.
 */
export function modelOf(scene: AroundScene, state: Drawn): AroundModel {
  const hidden = new Set(state.hidden)
  const off = new Set(state.hiddenKinds)
  const seeds = new Set(state.seeds)
  const closed = new Map<NodeKey, number>()
  state.groups.forEach((group, g) => {
    if (group.closed) for (const key of group.members) closed.set(key, g)
  })
  const nodes: AroundNode[] = []
  const placeOf = new Map<NodeKey, number>()
  const put = (key: NodeKey, kind: NodeKind, index: number, seed = seeds.has(key)) => {
    placeOf.set(key, nodes.length)
    nodes.push({ key, kind, index, ties: 0, hop: -1, seed })
    return nodes.length - 1
  }
  /** Where a member of the scene is drawn; -1: not at all. */
  const at = (key: NodeKey, kind: NodeKind, index: number): number => {
    if (hidden.has(key)) return -1
    const g = closed.get(key)
    if (g === undefined) return put(key, kind, index)
    const group = state.groups[g]!
    const own = groupKey(group.id)
    if (hidden.has(own)) return -1
    return (
      placeOf.get(own) ??
      put(
        own,
        'group',
        g,
        group.members.some((member) => seeds.has(member)),
      )
    )
  }
  const { accounts, things, links } = scene
  const ofAccount = Int32Array.from(accounts.id, (id, i) => at(accountKey(id), 'account', i))
  const ofThing = Int32Array.from(things.id, (id, i) =>
    off.has(`type:${scene.types[things.type[i]!]!}`) ? -1 : at(thingKey(id), 'thing', i),
  )
  const edges: AroundEdge[] = []
  const known = new Map<number, number>()
  const join = (a: number, b: number, kind: AroundEdge['kind'], weight: number, mask: number) => {
    if (a < 0 || b < 0 || a === b) return
    const [low, high] = a < b ? [a, b] : [b, a]
    const pair = low * 0x100000 + high
    const there = known.get(pair)
    if (there === undefined) {
      known.set(pair, edges.length)
      edges.push({ a: low, b: high, kind, weight, mask, count: 1 })
    } else {
      const edge = edges[there]!
      edge.weight += weight
      edge.mask |= mask
      edge.count++
      if (kind === 'tie') edge.kind = 'tie'
    }
    nodes[a]!.ties += weight
    nodes[b]!.ties += weight
  }
  for (let k = 0; k < links.account.length; k++)
    join(ofAccount[links.account[k]!]!, ofThing[links.thing[k]!]!, 'use', 1, 0)
  const drawn = drawnMask(scene, off)
  const told = standsBetween(scene, ofThing)
  for (let k = 0; k < scene.edges.a.length; k++) {
    const a = scene.edges.a[k]!
    const b = scene.edges.b[k]!
    if (ofAccount[a]! < 0 || ofAccount[b]! < 0) continue
    const mask = scene.edges.channelMask[k]! & drawn
    const left = mask === 0 ? 0 : mask & ~told(a, b, mask)
    if (left !== 0) join(ofAccount[a]!, ofAccount[b]!, 'tie', scene.edges.weight[k]!, left)
  }
  state.expansions.forEach((expansion, index) => {
    if (expansion.left === 0) return
    const key = moreKey(expansion.id)
    if (hidden.has(key)) return
    const origin = expansion.from.map((from) => placeOf.get(visibleKey(from, closed, state.groups)))
    const first = origin.find((place) => place !== undefined)
    if (first !== undefined) join(first, put(key, 'more', index), 'more', 0.5, 0)
  })
  const edgesOf: number[][] = nodes.map(() => [])
  edges.forEach(({ a, b }, e) => {
    edgesOf[a]!.push(e)
    edgesOf[b]!.push(e)
  })
  const model = { scene, nodes, edges, placeOf, edgesOf }
  countHops(model)
  return model
}

function visibleKey(key: NodeKey, closed: Map<NodeKey, number>, groups: Group[]): NodeKey {
  const g = closed.get(key)
  return g === undefined ? key : groupKey(groups[g]!.id)
}

function drawnMask(scene: AroundScene, off: Set<string>): number {
  let mask = 0
  scene.channels.forEach((channel, k) => {
    if (!off.has(`channel:${channel}`)) mask |= 1 << k
  })
  return mask
}

/** Of the channels that join two accounts, those of which a shared thing stands between them on the canvas. */
function standsBetween(
  scene: AroundScene,
  ofThing: Int32Array,
): (a: number, b: number, mask: number) => number {
  const bitOf = new Map(scene.channels.map((channel, k) => [channel, 1 << k]))
  const bits = scene.types.map((type) => bitOf.get(`entity:${type}`) ?? 0)
  const used: number[][] = Array.from(scene.accounts.id, () => [])
  let any = 0
  for (let k = 0; k < scene.links.account.length; k++) {
    const thing = scene.links.thing[k]!
    if (ofThing[thing]! < 0) continue
    used[scene.links.account[k]!]!.push(thing)
    any |= bits[scene.things.type[thing]!]!
  }
  return (a, b, mask) => {
    if ((mask & any) === 0) return 0
    const theirs = used[b]!
    let told = 0
    for (const thing of used[a]!) if (theirs.includes(thing)) told |= bits[scene.things.type[thing]!]!
    return told & mask
  }
}

/** A thing costs nothing to step onto: accounts on one device are one hop apart, as if tied. */
function countHops({ nodes, edges, edgesOf }: AroundModel): void {
  let front = nodes.flatMap((node, place) => (node.seed ? place : []))
  for (const place of front) nodes[place]!.hop = 0
  for (let hop = 0; front.length > 0; hop++) {
    const next: number[] = []
    const reach = [...front]
    for (let i = 0; i < reach.length; i++) {
      const place = reach[i]!
      for (const e of edgesOf[place]!) {
        const { a, b } = edges[e]!
        const other = a === place ? b : a
        const node = nodes[other]!
        if (node.hop >= 0) continue
        node.hop = hop + 1
        if (node.kind === 'thing') reach.push(other)
        else next.push(other)
      }
    }
    front = next
  }
}

/** The other end of an edge. */
export const otherEnd = ({ a, b }: AroundEdge, place: number): number => (a === place ? b : a)

/** Which things and accounts a closed group holds; the node alone for anything else. */
export function membersOfNode(model: AroundModel, state: AroundState, key: NodeKey): NodeKey[] {
  const node = model.nodes[model.placeOf.get(key) ?? -1]
  return node?.kind === 'group' ? (state.groups.find(({ id }) => id === idOf(key))?.members ?? []) : [key]
}
