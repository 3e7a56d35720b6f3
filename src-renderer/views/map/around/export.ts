import { csvRow, type Cell } from '../../../../src-main/common/csv.ts'
import { MEMBER_FLAG } from '../../../../src-main/common/contract/communities.ts'
import type { AroundModel, AroundNode } from './model.ts'
import type { Place } from './layout.ts'
import type { AroundState, NodeKey } from './state.ts'

/** What is drawn, with attributes: exactly the nodes and edges on the canvas. */
interface Row {
  id: NodeKey
  kind: string
  name: string
  type: string
  score: number | null
  community: number | null
  label: string
  verdict: string
  registered: string
  accounts: number | null
  hop: number | null
  pinned: boolean
  x: number
  y: number
}
interface EdgeRow {
  source: NodeKey
  target: NodeKey
  kind: string
  channels: string
  weight: number
  count: number
}

function nodeRow(
  model: AroundModel,
  state: AroundState,
  node: AroundNode,
  name: string,
  at: Place | null,
): Row {
  const { accounts, things, types } = model.scene
  const i = node.index
  const flags = node.kind === 'account' ? accounts.flags[i]! : 0
  const score = node.kind === 'account' ? accounts.score[i]! : NaN
  const registered = node.kind === 'account' ? accounts.registered[i]! : NaN
  const community = node.kind === 'account' ? accounts.community[i]! : 0xffffffff
  return {
    id: node.key,
    kind: node.kind,
    name,
    type: node.kind === 'thing' ? types[things.type[i]!]! : '',
    score: Number.isNaN(score) ? null : score,
    community: community === 0xffffffff ? null : community + 1,
    label: flags & MEMBER_FLAG.labelMalicious ? 'malicious' : flags & MEMBER_FLAG.labelBenign ? 'benign' : '',
    verdict:
      flags & MEMBER_FLAG.judgedMalicious ? 'malicious' : flags & MEMBER_FLAG.judgedBenign ? 'benign' : '',
    registered: Number.isNaN(registered) ? '' : new Date(registered).toISOString(),
    accounts:
      node.kind === 'thing'
        ? things.accounts[i]!
        : node.kind === 'group'
          ? (state.groups[i]?.members.length ?? null)
          : node.kind === 'more'
            ? (state.expansions[i]?.left ?? null)
            : null,
    hop: node.hop < 0 ? null : node.hop,
    pinned: node.key in state.pinned,
    x: Math.round(at?.x ?? 0),
    y: Math.round(at?.y ?? 0),
  }
}

export function exportRows(
  model: AroundModel,
  state: AroundState,
  nameOf: (key: NodeKey) => string,
  placeOf: (key: NodeKey) => Place | null,
): { nodes: Row[]; edges: EdgeRow[] } {
  const { scene } = model
  return {
    nodes: model.nodes.map((node) => nodeRow(model, state, node, nameOf(node.key), placeOf(node.key))),
    edges: model.edges.map(({ a, b, kind, mask, weight, count }) => ({
      source: model.nodes[a]!.key,
      target: model.nodes[b]!.key,
      kind,
      channels: scene.channels.filter((_, k) => mask & (1 << k)).join(' '),
      weight,
      count,
    })),
  }
}

/** A table as CSV (RFC 4180), the first row with the names of the columns. Times are ISO 8601 in UTC. */
export function toCsv(rows: readonly object[]): string {
  if (rows.length === 0) return ''
  const columns = Object.keys(rows[0]!)
  const cells = (row: object) => columns.map((column) => (row as Record<string, Cell>)[column])
  return [columns, ...rows.map(cells)].map((line) => csvRow(line, '\r\n')).join('')
}

const TYPES: Record<string, string> = { number: 'double', boolean: 'boolean', string: 'string' }
const escape = (text: string): string =>
  text
    // Characters that XML 1.0 has no way to write.
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** GraphML (graphml.graphdrawing.org), as Gephi, yEd, igraph and networkx read it; empty values are left out. */
export function toGraphml({ nodes, edges }: { nodes: Row[]; edges: EdgeRow[] }): string {
  const keys: string[] = []
  const declare = (rows: readonly object[], of: 'node' | 'edge', skip: string[]) => {
    const columns = Object.keys(rows[0] ?? {}).filter((column) => !skip.includes(column))
    for (const column of columns) {
      const value = rows
        .map((row) => (row as Record<string, unknown>)[column])
        .find((v) => v !== null && v !== '')
      const type = TYPES[typeof value] ?? 'string'
      keys.push(`  <key id="${of[0]}_${column}" for="${of}" attr.name="${column}" attr.type="${type}"/>`)
    }
    return columns
  }
  const nodeColumns = declare(nodes, 'node', ['id'])
  const edgeColumns = declare(edges, 'edge', ['source', 'target'])
  const data = (row: object, columns: string[], prefix: string) =>
    columns
      .flatMap((column) => {
        const value = (row as Record<string, unknown>)[column]
        return value === null || value === ''
          ? []
          : `<data key="${prefix}_${column}">${escape(String(value))}</data>`
      })
      .join('')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys,
    '  <graph edgedefault="undirected">',
    ...nodes.map((row) => `    <node id="${row.id}">${data(row, nodeColumns, 'n')}</node>`),
    ...edges.map(
      (row, i) =>
        `    <edge id="x${i}" source="${row.source}" target="${row.target}">${data(row, edgeColumns, 'e')}</edge>`,
    ),
    '  </graph>',
    '</graphml>',
    '',
  ].join('\n')
}

/** Hands a text to the person as a file. */
export function saveText(text: string, file: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = file
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
