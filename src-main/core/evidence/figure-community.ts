import { join } from 'node:path'
import { current } from '../../common/facts/superseded.ts'
import { GraphReader } from '../graph/reader.ts'
import { DERIVED_DIR } from '../db/open.ts'
import type { Pace } from '../../common/pace.ts'
import { cut, escape, FONTS, LOOK, px, riskColour } from './markup.ts'
import { layoutOf, type PinnedCommunity, type Scope } from './scope.ts'

/** More than this cannot be read on a page; the tables have everything. */
const MOST_NODES = 1500
const MOST_EDGES = 5000
const LABELS = 10
const W = 860
const H = 620
const STAGE = { x: 30, y: 56, w: 800, h: 474 }

interface Node {
  id: number
  name: string
  score: number | null
  verdict: string | null
  x: number
  y: number
}
export interface CommunityFigure {
  file: string
  svg: string
  community: PinnedCommunity
  drawn: number
  edgesDrawn: number
  edgesInside: number
  /** 'graph': weighted edges of the graph run; 'relations': its file is gone, so only relations of the export. */
  edgesFrom: 'graph' | 'relations'
  placed: boolean
}

/** Members of a pinned community with the edges among them, as SVG that needs nothing but itself. */
export async function communityFigure(
  scope: Scope,
  community: PinnedCommunity,
  pace: Pace,
): Promise<CommunityFigure> {
  const layout = layoutOf(scope.db, community.runId)
  const rows = scope.db
    .prepare(
      `SELECT m.account_id AS id, a.key, s.score, p.x, p.y,
         (SELECT verdict FROM judgement j WHERE j.target_kind = 'account' AND j.target = m.account_id
            AND j.retracted_at IS NULL ORDER BY j.id DESC LIMIT 1) AS verdict
       FROM community_member m JOIN account a ON a.id = m.account_id
       LEFT JOIN score s ON s.run_id = :scores AND s.account_id = m.account_id
       LEFT JOIN account_place p ON p.run_id = :layout AND p.account_id = m.account_id
       WHERE m.run_id = :run AND m.community_id = :id ORDER BY m.belonging DESC, m.account_id LIMIT :most`,
    )
    .all({ scores: scope.scoresRun, layout, run: community.runId, id: community.id, most: MOST_NODES }) as {
    id: number
    key: string
    score: number | null
    verdict: string | null
    x: number | null
    y: number | null
  }[]
  const placed = rows.length > 0 && rows.every((r) => r.x !== null)
  const nodes: Node[] = rows.map((r, i) => ({
    id: r.id,
    name: scope.names.account(r.id, r.key),
    score: r.score,
    verdict: r.verdict,
    // Without a layout: a sunflower, core first, so that nothing overlaps and order still tells something.
    x: placed ? r.x! : Math.sqrt(i + 0.5) * Math.cos(i * 2.399963),
    y: placed ? r.y! : Math.sqrt(i + 0.5) * Math.sin(i * 2.399963),
  }))
  fit(nodes)
  const edges = await edgesAmong(scope, community, nodes, pace)
  const shown = edges.list.slice(0, MOST_EDGES)
  const figure = {
    file: `figures/community-${community.runId}-${community.id + 1}.svg`,
    community,
    drawn: nodes.length,
    edgesDrawn: shown.length,
    edgesInside: edges.list.length,
    edgesFrom: edges.from,
    placed,
  }
  return { ...figure, svg: draw(scope, figure, nodes, shown, layout) }
}

function fit(nodes: Node[]): void {
  const xs = nodes.map((n) => n.x)
  const ys = nodes.map((n) => n.y)
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const scale = Math.min((STAGE.w - 120) / (x1 - x0 || 1), (STAGE.h - 40) / (y1 - y0 || 1))
  for (const n of nodes) {
    n.x = STAGE.x + STAGE.w / 2 + (n.x - (x0 + x1) / 2) * scale
    n.y = STAGE.y + STAGE.h / 2 + (n.y - (y0 + y1) / 2) * scale
  }
}

async function edgesAmong(
  scope: Scope,
  community: PinnedCommunity,
  nodes: Node[],
  pace: Pace,
): Promise<{ list: [number, number, number][]; from: 'graph' | 'relations' }> {
  const index = new Map(nodes.map((n, i) => [n.id, i]))
  const list: [number, number, number][] = []
  const communities = scope.runs.find((r) => r.id === community.runId)
  const graph = scope.runs.find((r) => r.id === communities?.parent_run_id)
  let from: 'graph' | 'relations' = 'relations'
  const reader = graph?.derived
    ? await GraphReader.open(graph.id, join(scope.workspace, DERIVED_DIR, graph.derived)).catch(() => null)
    : null
  if (reader) {
    from = 'graph'
    try {
      for (const [i, node] of nodes.entries()) {
        const at = reader.nodeOf(node.id)
        if (at < 0) continue
        const row = await reader.row(at)
        for (let k = 0; k < row.accountId.length; k++) {
          const other = index.get(row.accountId[k])
          if (other !== undefined && other > i) list.push([i, other, row.weight[k]])
        }
        await pace.checkpoint()
      }
    } finally {
      await reader.close()
    }
  } else {
    const relations = scope.db.prepare(
      `SELECT dst_id, max(weight) FROM relation WHERE src_id = ? AND source_id IN (SELECT id FROM ready_source)${current(scope.db, 'relation')} GROUP BY dst_id`,
    )
    for (const [i, node] of nodes.entries()) {
      for (const [dst, weight] of relations.raw().all(node.id) as [number, number][]) {
        const other = index.get(dst)
        if (other !== undefined && other !== i) list.push([Math.min(i, other), Math.max(i, other), weight])
      }
      await pace.checkpoint()
    }
  }
  list.sort((a, b) => b[2] - a[2] || a[0] - b[0] || a[1] - b[1])
  return { list, from }
}

function draw(
  scope: Scope,
  figure: Omit<CommunityFigure, 'svg'>,
  nodes: Node[],
  edges: [number, number, number][],
  layout: number | null,
): string {
  const { community } = figure
  const r = nodes.length > 600 ? 2.4 : nodes.length > 150 ? 3.4 : 5
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" role="img" font-family="${escape(FONTS)}">`,
    `<title>${escape(community.label)}</title>`,
    `<rect width="${W}" height="${H}" fill="${LOOK.panel}"/>`,
    `<text x="30" y="32" font-size="17" font-weight="600" fill="${LOOK.text}">${escape(community.label)}</text>`,
    `<text x="830" y="32" font-size="12" text-anchor="end" fill="${LOOK.quiet}">${figure.drawn} / ${community.size} accounts 账号 · ${figure.edgesDrawn} / ${figure.edgesInside} edges 连边</text>`,
    `<rect x="${STAGE.x}" y="${STAGE.y - 10}" width="${STAGE.w}" height="${STAGE.h + 20}" rx="4" fill="${LOOK.panel}" stroke="${LOOK.line}"/>`,
    `<g stroke="${LOOK.quiet}" fill="none">`,
  ]
  const heaviest = edges[0]?.[2] ?? 1
  // Weakest first, so that strong ties lie on top.
  for (const [a, b, weight] of edges.toReversed()) {
    const share = Math.sqrt(weight / heaviest)
    out.push(
      `<path d="M${px(nodes[a].x)} ${px(nodes[a].y)}L${px(nodes[b].x)} ${px(nodes[b].y)}" stroke-width="${px(0.4 + share)}" stroke-opacity="${px(0.14 + 0.4 * share)}"/>`,
    )
  }
  out.push('</g>')
  const byRisk = nodes.toSorted((a, b) => (a.score ?? -1) - (b.score ?? -1) || a.id - b.id)
  for (const n of byRisk) out.push(mark(n, r))
  const labelled: [number, number][] = []
  for (const n of byRisk.toReversed()) {
    if (labelled.length >= LABELS) break
    if (labelled.some(([x, y]) => Math.abs(x - n.x) < 100 && Math.abs(y - n.y) < 15)) continue
    labelled.push([n.x, n.y])
    const right = n.x < STAGE.x + STAGE.w - 130
    out.push(
      `<text x="${px(n.x + (right ? r + 4 : -r - 4))}" y="${px(n.y + 4)}" font-size="11" text-anchor="${right ? 'start' : 'end'}" fill="${LOOK.text}" stroke="#fff" stroke-width="3" paint-order="stroke">${escape(cut(n.name, 18))}</text>`,
    )
  }
  out.push(legend())
  const runs = [community.runId, scope.scoresRun && `scores ${scope.scoresRun}`, layout && `layout ${layout}`]
  out.push(
    `<text x="30" y="${H - 12}" font-size="10.5" fill="${LOOK.quiet}">Shoal ${escape(scope.appVersion)} · runs 运行: communities ${escape(runs.filter(Boolean).join(', '))} · ${new Date(scope.now).toISOString()}${scope.simulated ? ' · simulated data 模拟数据' : ''}</text>`,
    '</svg>',
  )
  return `${out.join('\n')}\n`
}

function mark(n: Node, r: number): string {
  const colour = riskColour(n.score)
  const [x, y] = [px(n.x), px(n.y)]
  const title = `<title>${escape(cut(n.name, 60))}${n.score === null ? '' : ` ${n.score.toFixed(2)}`}</title>`
  if (n.verdict === 'malicious') {
    const d = r * 1.5
    return `<path d="M${x} ${px(n.y - d)}L${px(n.x + d)} ${y}L${x} ${px(n.y + d)}L${px(n.x - d)} ${y}Z" fill="${colour}" stroke="${LOOK.text}" stroke-width="0.8">${title}</path>`
  }
  if (n.verdict === 'benign')
    return `<circle cx="${x}" cy="${y}" r="${px(r)}" fill="#fff" stroke="${colour}" stroke-width="2">${title}</circle>`
  return `<circle cx="${x}" cy="${y}" r="${px(r)}" fill="${colour}" stroke="#fff" stroke-width="0.6">${title}</circle>`
}

function legend(): string {
  const y = H - 50
  const out: string[] = [`<g font-size="11.5" fill="${LOOK.text}">`]
  for (let i = 0; i < 40; i++)
    out.push(`<rect x="${px(42 + i * 2.8)}" y="${y}" width="2.9" height="8" fill="${riskColour(i / 39)}"/>`)
  out.push(
    `<text x="30" y="${y + 8}">0</text><text x="159" y="${y + 8}">1</text>`,
    `<text x="30" y="${y - 7}">score (inferred) 评分（推断）</text>`,
    `<circle cx="196" cy="${y + 4}" r="4.5" fill="${LOOK.unscored}"/><text x="206" y="${y + 8}">no score 无评分</text>`,
    `<path d="M316 ${y - 3}l7 7l-7 7l-7 -7z" fill="${LOOK.ramp[3]}" stroke="${LOOK.text}" stroke-width="0.8"/><text x="329" y="${y + 8}">judged malicious 判定为恶意</text>`,
    `<circle cx="514" cy="${y + 4}" r="4.5" fill="#fff" stroke="${LOOK.ramp[0]}" stroke-width="2"/><text x="525" y="${y + 8}">judged benign 判定为正常</text>`,
    `<path d="M676 ${y + 4}h24" stroke="${LOOK.quiet}" stroke-width="1.4"/><text x="706" y="${y + 8}">tie 关联</text>`,
    '</g>',
  )
  return out.join('')
}
