import { otherEnd, type AroundModel } from './model.ts'
import type { NodeKey } from './state.ts'

/** A line of the list beside the canvas. */
export type TreeRow =
  | { level: 1; id: string; key: NodeKey; children: number; open: boolean }
  /** A kind of tie of the line above: `kind` is a channel, 'use:<type>', 'more' or 'users'. */
  | { level: 2; id: string; parent: NodeKey; kind: string; children: number; open: boolean }
  | { level: 3; id: string; key: NodeKey; weight: number }

/**
 * The canvas as a tree: nodes (those looked around from first, then by ties), the kinds of ties that each has, and who
 * is at their other end. Only what is open is listed; `open` holds ids of rows.
 */
export function treeRows(
  model: AroundModel,
  open: ReadonlySet<string>,
  filter: (place: number) => boolean,
): TreeRow[] {
  const { nodes, edges, edgesOf } = model
  const order = [...nodes.keys()]
    .filter(filter)
    .sort(
      (p, q) =>
        Number(nodes[q]!.seed) - Number(nodes[p]!.seed) ||
        rank(nodes[p]!.kind) - rank(nodes[q]!.kind) ||
        nodes[q]!.ties - nodes[p]!.ties ||
        p - q,
    )
  const rows: TreeRow[] = []
  for (const place of order) {
    const { key } = nodes[place]!
    const isOpen = open.has(key)
    rows.push({ level: 1, id: key, key, children: edgesOf[place]!.length, open: isOpen })
    if (!isOpen) continue
    for (const [kind, list] of kindsAt(model, place)) {
      const id = `${key} ${kind}`
      const kindOpen = open.has(id)
      rows.push({ level: 2, id, parent: key, kind, children: list.length, open: kindOpen })
      if (!kindOpen) continue
      for (const e of [...list].sort((x, y) => edges[y]!.weight - edges[x]!.weight || x - y)) {
        const other = nodes[otherEnd(edges[e]!, place)]!.key
        rows.push({ level: 3, id: `${id} ${other}`, key: other, weight: edges[e]!.weight })
      }
    }
  }
  return rows
}

const rank = (kind: string): number => ['group', 'account', 'thing', 'more'].indexOf(kind)

/** A node's edges by kind, most first. An edge of several kinds is under each of them. */
export function kindsAt(model: AroundModel, place: number): [kind: string, edges: number[]][] {
  const { nodes, edges, edgesOf, scene } = model
  const kinds = new Map<string, number[]>()
  const put = (kind: string, e: number) => {
    const list = kinds.get(kind)
    if (list) list.push(e)
    else kinds.set(kind, [e])
  }
  for (const e of edgesOf[place]!) {
    const edge = edges[e]!
    if (edge.kind === 'more') put('more', e)
    else if (edge.kind === 'use') {
      const other = nodes[otherEnd(edge, place)]!
      const mine = nodes[place]!
      const thing = other.kind === 'thing' ? other : mine.kind === 'thing' ? mine : null
      if (thing === mine || thing === null) put('users', e)
      else put(`entity:${scene.types[scene.things.type[thing.index]!]!}`, e)
    } else
      scene.channels.forEach((id, k) => {
        if (edge.mask & (1 << k)) put(id, e)
      })
  }
  return [...kinds].sort((x, y) => y[1].length - x[1].length || (x[0] < y[0] ? -1 : 1))
}
