import { UndirectedGraph } from 'graphology'
import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { BUDGET } from './budget.ts'

export const communityKey = (id: number) => `c${id}`
export const accountKey = (id: number) => `a${id}`

/** What a graph element stands for, by its key. */
export type Element = { kind: 'community'; id: number } | { kind: 'account'; id: number }
export function elementOf(key: string): Element {
  const id = Number(key.slice(1))
  return key.startsWith('c') ? { kind: 'community', id } : { kind: 'account', id }
}

interface NodeAttributes {
  x: number
  y: number
  size: number
  /** Place in the answer's columns: colours and sizes are read there, never copied here. */
  index: number
  type: 'shape'
}
interface EdgeAttributes {
  level: 'communities' | 'members'
  index: number
  type: 'line'
}
export type MapGraph = UndirectedGraph<NodeAttributes, EdgeAttributes>

/**
 * The graph that sigma draws, derived from the answers' columns: communities always, the members of one open
 * community on top of them.
 */
export class MapModel {
  /** Another one after every new layout. */
  graph: MapGraph = new UndirectedGraph<NodeAttributes, EdgeAttributes>()
  communities: CommunityMap | null = null
  members: MemberMap | null = null
  open: number | null = null
  /** Rows of communities, the largest discs first. */
  bySize: Uint32Array = new Uint32Array()
  private readonly rows = new Map<number, number>()

  /** Row of a community in the columns, -1 when it is not there. */
  rowOf(id: number): number {
    return this.rows.get(id) ?? -1
  }

  /** Takes new columns; returns false when only counts changed and nothing has to be laid out again. */
  setCommunities(map: CommunityMap): boolean {
    const old = this.communities
    this.communities = map
    if (
      old &&
      old.communitiesRunId === map.communitiesRunId &&
      old.layoutRunId === map.layoutRunId &&
      old.id.length === map.id.length
    )
      return false
    this.rows.clear()
    for (let i = 0; i < map.id.length; i++) this.rows.set(map.id[i]!, i)
    this.bySize = byRadius(map)
    this.members = null
    this.open = null
    this.rebuild()
    return true
  }

  /** Opens a community with its members, or closes it with null. Edges beyond `edgeLimit` are left out. */
  setMembers(id: number | null, members: MemberMap | null, edgeLimit: number = BUDGET.memberEdges): void {
    const old = this.members
    if (
      this.open === id &&
      old &&
      members &&
      old.accountId.length === members.accountId.length &&
      old.edgeSource.length === members.edgeSource.length &&
      old.accountId.every((account, i) => account === members.accountId[i])
    ) {
      this.members = members
      return
    }
    // sigma draws in between: what is in the graph must have its columns until it is gone.
    this.graph.forEachNode((node) => {
      if (node.startsWith('a')) this.graph.dropNode(node)
    })
    this.open = id
    this.members = members
    if (id === null || !members) return
    const row = this.rowOf(id)
    const radius = row < 0 || !this.communities ? 1 : this.communities.radius[row]!
    const n = members.accountId.length
    const size = radius * memberShare(n)
    for (let i = 0; i < n; i++) {
      this.graph.mergeNode(accountKey(members.accountId[i]!), {
        x: members.x[i]!,
        y: members.y[i]!,
        size,
        index: i,
        type: 'shape',
      })
    }
    const edges = Math.min(edgeLimit, members.edgeSource.length)
    for (let i = 0; i < edges; i++) {
      const source = accountKey(members.accountId[members.edgeSource[i]!]!)
      const target = accountKey(members.accountId[members.edgeTarget[i]!]!)
      if (source === target || this.graph.hasEdge(source, target)) continue
      this.graph.addEdgeWithKey(`m${i}`, source, target, { level: 'members', index: i, type: 'line' })
    }
  }

  private rebuild(): void {
    const map = this.communities!
    // A graph of its own: filling the drawn one would redraw for every node.
    const graph: MapGraph = new UndirectedGraph<NodeAttributes, EdgeAttributes>()
    for (const i of worthDrawing(map).slice(0, BUDGET.discs)) {
      graph.addNode(communityKey(map.id[i]!), {
        x: map.x[i]!,
        y: map.y[i]!,
        size: map.radius[i]!,
        index: i,
        type: 'shape',
      })
    }
    const edges = Math.min(BUDGET.communityEdges, map.edgeSource.length)
    for (let i = 0; i < edges; i++) {
      const source = communityKey(map.id[map.edgeSource[i]!]!)
      const target = communityKey(map.id[map.edgeTarget[i]!]!)
      if (!graph.hasNode(source) || !graph.hasNode(target)) continue
      if (source === target || graph.hasEdge(source, target)) continue
      graph.addEdgeWithKey(`e${i}`, source, target, { level: 'communities', index: i, type: 'line' })
    }
    this.graph = graph
  }
}

/** Radius of a member's dot as a share of its community's radius: a twentieth of the room each one has. */
export function memberShare(members: number): number {
  return Math.max(0.008, Math.min(0.035, 0.22 / Math.sqrt(Math.max(1, members))))
}

/** Rows by a value, greatest first, equal ones in their order. Values are whole, from 0 to 2^53 / `values.length` / 2. */
function descending(values: Float64Array): Uint32Array {
  const n = values.length
  const span = 2 ** Math.ceil(Math.log2(Math.max(2, n)))
  // A value and its row in one number: sorted without a comparison in JavaScript.
  for (let row = 0; row < n; row++) values[row] = values[row]! * span + (span - 1 - row)
  values.sort()
  const rows = new Uint32Array(n)
  for (let i = 0; i < n; i++) rows[i] = span - 1 - (values[n - 1 - i]! % span)
  return rows
}

/** Rows of communities, large ones and those with flagged members first. */
function worthDrawing(map: CommunityMap): Uint32Array {
  const worth = new Float64Array(map.size.length)
  for (let i = 0; i < worth.length; i++) worth[i] = map.size[i]! + 20 * map.flagged[i]!
  return descending(worth)
}

/** Rows of communities by radius, largest first. */
export function byRadius(map: CommunityMap): Uint32Array {
  let largest = 1e-9
  for (const r of map.radius) if (r > largest) largest = r
  // Told apart to a 2^24th of the largest: as finely as they are stored.
  const radius = new Float64Array(map.radius.length)
  for (let i = 0; i < radius.length; i++) radius[i] = Math.round((map.radius[i]! / largest) * 2 ** 24)
  return descending(radius)
}

/** Rows of the riskiest communities by mean score, highest first; unscored ones last, larger before smaller. */
export function byRisk(map: CommunityMap, most = Infinity): number[] {
  const scores = Float32Array.from(map.meanScore, (score) => (Number.isNaN(score) ? -1 : score))
  const rows = Array.from(scores.keys())
  // Only those that can be among them are compared with each other.
  const least = most < scores.length ? scores.slice().sort()[scores.length - most]! : -Infinity
  return rows
    .filter((row) => scores[row]! >= least)
    .sort((a, b) => scores[b]! - scores[a]! || map.size[b]! - map.size[a]!)
    .slice(0, most)
}

/** The rectangle around all discs, with a little air; null without communities. */
export function extentOf(map: CommunityMap): { x: [number, number]; y: [number, number] } | null {
  if (map.id.length === 0) return null
  let x0 = Infinity
  let x1 = -Infinity
  let y0 = Infinity
  let y1 = -Infinity
  for (let i = 0; i < map.id.length; i++) {
    const r = map.radius[i]!
    x0 = Math.min(x0, map.x[i]! - r)
    x1 = Math.max(x1, map.x[i]! + r)
    y0 = Math.min(y0, map.y[i]! - r)
    y1 = Math.max(y1, map.y[i]! + r)
  }
  // One disc alone would fill the stage to its rim.
  const air = Math.max(x1 - x0, y1 - y0, 1e-6) * 0.02
  return { x: [x0 - air, x1 + air], y: [y0 - air, y1 + air] }
}
