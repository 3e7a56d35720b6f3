import { MEMBER_FLAG } from '../../../../src-main/common/contract/communities.ts'
import { CATEGORICAL, OTHER } from '../../../graph/channel-colors.ts'
import { channelStyle, MAP_PALETTES } from '../../../graph/palette.ts'
import type { LineData } from '../../../graph/line-program.ts'
import type { Theme } from '../../../state/prefs.ts'
import { riskColor, UNSCORED } from '../../../ui/theme/risk.ts'
import { SHAPES, type GlyphData } from './glyph-program.ts'
import { otherEnd, type AroundEdge, type AroundModel, type AroundNode } from './model.ts'
import type { AroundState, ColorBy, NodeKey } from './state.ts'

/** Everything that decides how nodes and edges look beside the model. */
export interface AroundLook {
  theme: Theme
  color: ColorBy
  /** Colour of an account by the map's legend; null where it has none, absent where the canvas colours by itself. */
  colorOf?: ((accountId: number) => string | null) | undefined
  picked: ReadonlySet<NodeKey>
  pinned: Readonly<Record<NodeKey, unknown>>
  hover: NodeKey | null
  focus: NodeKey | null
  /** What is pointed out (a path, a join); everything else steps back. Null: nothing. */
  bright: { nodes: ReadonlySet<NodeKey>; edges: ReadonlySet<string> } | null
  /** Accounts outside the app's selection step back; null: everybody is selected. */
  selected: ReadonlySet<NodeKey> | null
}

/** The same for both directions. */
export const pairName = (a: NodeKey, b: NodeKey): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

/** What is pointed out with the things that stand between two of its accounts: they are why the two are joined. */
export function withThings(
  model: AroundModel,
  bright: { nodes: ReadonlySet<NodeKey>; edges: ReadonlySet<string> },
): { nodes: ReadonlySet<NodeKey>; edges: ReadonlySet<string> } {
  const nodes = new Set(bright.nodes)
  const edges = new Set(bright.edges)
  for (const pair of bright.edges) {
    const [a, b] = pair.split(' ') as [NodeKey, NodeKey]
    const ends = [model.placeOf.get(a), model.placeOf.get(b)]
    if (ends[0] === undefined || ends[1] === undefined) continue
    const theirs = new Set(model.edgesOf[ends[1]]!.map((e) => otherEnd(model.edges[e]!, ends[1]!)))
    for (const e of model.edgesOf[ends[0]]!) {
      const other = otherEnd(model.edges[e]!, ends[0])
      const { key, kind } = model.nodes[other]!
      if (kind !== 'thing' || !theirs.has(other)) continue
      nodes.add(key)
      edges.add(pairName(a, key))
      edges.add(pairName(b, key))
    }
  }
  return { nodes, edges }
}

const HOPS: Record<Theme, readonly string[]> = {
  dark: ['#37c8b4', '#6fb3d9', '#8a8fce', '#8d7aa8', '#7d7488'],
  light: ['#0a8f7d', '#2f7ea8', '#5c60b0', '#75588f', '#6f6378'],
}

/** Radius in CSS pixels at the first zoom. */
export function sizeOf(node: AroundNode, state: AroundState): number {
  if (node.kind === 'account') return (node.seed ? 9 : 6) + Math.min(3, Math.sqrt(node.ties) * 0.5)
  if (node.kind === 'thing') return 8
  if (node.kind === 'more') return 11
  return 10 + Math.min(14, 2.2 * Math.sqrt(state.groups[node.index]?.members.length ?? 0))
}

/** Colour of an account by what the canvas is asked to show. */
export function accountColor(model: AroundModel, node: AroundNode, look: AroundLook): string {
  const { accounts } = model.scene
  const { theme } = look
  const i = node.index
  if (look.colorOf) return look.colorOf(accounts.id[i]!) ?? UNSCORED[theme]
  if (look.color === 'hop') return HOPS[theme][Math.max(0, Math.min(node.hop, 4))]!
  if (look.color === 'community') {
    const community = accounts.community[i]!
    if (community === 0xffffffff) return OTHER[theme]
    const place = communitiesBySize(model).indexOf(community)
    return CATEGORICAL[theme][place] ?? OTHER[theme]
  }
  if (look.color === 'label') {
    const flags = accounts.flags[i]!
    if (flags & (MEMBER_FLAG.judgedMalicious | MEMBER_FLAG.labelMalicious)) return riskColor(1, theme)
    if (flags & (MEMBER_FLAG.judgedBenign | MEMBER_FLAG.labelBenign)) return riskColor(0, theme)
    return UNSCORED[theme]
  }
  return riskColor(accounts.score[i]!, theme)
}

const bySize = new WeakMap<AroundModel, number[]>()
/** The communities of the shown accounts that have a colour of their own, most accounts first. */
export function communitiesBySize(model: AroundModel): number[] {
  const known = bySize.get(model)
  if (known) return known
  const count = new Map<number, number>()
  for (const node of model.nodes) {
    if (node.kind !== 'account') continue
    const community = model.scene.accounts.community[node.index]!
    if (community !== 0xffffffff) count.set(community, (count.get(community) ?? 0) + 1)
  }
  const order = [...count]
    .sort(([c, n], [d, m]) => m - n || c - d)
    .slice(0, CATEGORICAL.dark.length)
    .map(([community]) => community)
  bySize.set(model, order)
  return order
}

function isFaint(node: AroundNode, look: AroundLook): boolean {
  if (look.bright !== null) return !look.bright.nodes.has(node.key)
  return look.selected !== null && node.kind === 'account' && !look.selected.has(node.key)
}

export function glyphOf(model: AroundModel, node: AroundNode, look: AroundLook): Partial<GlyphData> {
  const palette = MAP_PALETTES[look.theme]
  const alpha = isFaint(node, look) ? 0.18 : 1
  const glyph: Partial<GlyphData> = {
    color: palette.quiet,
    fill: alpha,
    borderColor: palette.halo,
    borderAlpha: alpha,
    borderWidth: 1,
    shape: SHAPES.disc,
  }
  if (node.kind === 'account') {
    const flags = model.scene.accounts.flags[node.index]!
    const color = accountColor(model, node, look)
    glyph.color = color
    if (flags & MEMBER_FLAG.judgedMalicious) glyph.shape = SHAPES.diamond
    if (flags & MEMBER_FLAG.judgedBenign) {
      glyph.fill = 0.08 * alpha
      glyph.borderColor = color
      glyph.borderWidth = 2
    }
  } else if (node.kind === 'thing' || node.kind === 'more') {
    glyph.shape = node.kind === 'more' ? SHAPES.hexagon : SHAPES.square
    glyph.color = look.theme === 'dark' ? '#1a222b' : '#ffffff'
    glyph.borderColor = palette.quiet
    glyph.borderWidth = 1.2
  } else {
    glyph.color = look.theme === 'dark' ? '#26313c' : '#d8dfe6'
    glyph.borderColor = palette.quiet
    glyph.borderWidth = 2
  }
  if (look.hover === node.key) {
    glyph.borderColor = palette.text
    glyph.borderWidth = 2
    glyph.borderAlpha = 1
  }
  if (look.picked.has(node.key) || look.focus === node.key) {
    glyph.borderColor = palette.accent
    glyph.borderWidth = look.focus === node.key ? 3 : 2.4
    glyph.borderAlpha = 1
  }
  return glyph
}

export function lineOf(model: AroundModel, edge: AroundEdge, look: AroundLook): Partial<LineData> {
  const palette = MAP_PALETTES[look.theme]
  const a = model.nodes[edge.a]!
  const b = model.nodes[edge.b]!
  const asked = look.hover ?? look.focus
  const incident = asked !== null && (a.key === asked || b.key === asked)
  const many = model.edges.length
  let alpha = many > 8000 ? 0.16 : many > 1500 ? 0.26 : 0.45
  let size = 0.8 + Math.min(2.4, Math.log2(1 + edge.weight) * 0.7)
  if (look.bright) {
    const on = look.bright.edges.has(pairName(a.key, b.key))
    alpha = on ? 1 : 0.05
    if (on) size += 1.4
  } else if (incident) {
    alpha = 0.95
    size += 0.6
  } else if (isFaint(a, look) || isFaint(b, look)) alpha *= 0.3
  if (edge.kind !== 'tie')
    return {
      color: palette.quiet,
      alpha: alpha * 0.8,
      size: edge.kind === 'use' ? 1 : 0.8,
      dash: edge.kind === 'more' ? 2 : 0,
    }
  const style = channelStyle(31 - Math.clz32(edge.mask & -edge.mask), palette)
  return { color: style.color, dash: style.dash, alpha, size }
}
