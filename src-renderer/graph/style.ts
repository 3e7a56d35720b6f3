import { MEMBER_FLAG } from '../../src-main/common/contract/communities.ts'
import type { Theme } from '../state/prefs.ts'
import { riskColor } from '../ui/theme/risk.ts'
import { riskShade, type ColorTable } from './channel-colors.ts'
import type { LineData, LineStyle } from './line-program.ts'
import type { MapModel } from './model.ts'
import { channelStyle, MAP_PALETTES } from './palette.ts'
import type { ShapeData, ShapeStyle } from './shape-program.ts'

/** Everything that decides how an element looks beside its own columns. */
export interface MapLook {
  theme: Theme
  /** False while the selection is everybody: then nothing steps back. */
  hasSelection: boolean
  /** Key of the element under the pointer or the keyboard's cursor, and of the one in the inspector. */
  hover: string | null
  focus: string | null
  /** Places of edge kinds that the legend has switched off. */
  hiddenChannels: ReadonlySet<number>
  /** What the selection leaves out: steps back, or is not drawn at all. */
  others: 'dim' | 'hide'
  /** How many members of each community are not hidden; null: all of them. */
  shown: Uint32Array | null
  /** Whether an account is hidden. */
  isHidden(accountId: number): boolean
  /** Communities that the selection names: their edges are shown. */
  chosen: ReadonlySet<number>
  /** What colours: bytes of communities by their row, of accounts by id; null: the score. */
  colors: { table: ColorTable; communities: Uint8Array; account(id: number): number } | null
  /** How large an account is beside the usual, by its channel; null: all the same. */
  sizeOf: ((accountId: number) => number) | null
  /** How many of the heaviest edges are drawn without being asked: between communities, inside the open one. */
  edges: { between: number; members: number }
}

export const PLAIN_LOOK: MapLook = {
  theme: 'dark',
  hasSelection: false,
  hover: null,
  focus: null,
  hiddenChannels: new Set(),
  others: 'dim',
  shown: null,
  isHidden: () => false,
  chosen: new Set(),
  colors: null,
  sizeOf: null,
  edges: { between: 400, members: Infinity },
}

const QUIET: Record<Theme, { fill: number; border: number }> = {
  dark: { fill: 0.13, border: 0.7 },
  light: { fill: 0.14, border: 0.75 },
}

export const discStyle = (): ShapeStyle => ({
  hidden: false,
  color: '',
  borderColor: '',
  fill: 0,
  borderAlpha: 0,
  borderWidth: 0,
  shape: 0,
})
export const lineStyle = (): LineStyle => ({ hidden: false, color: '', alpha: 0, size: 0, dash: 0 })

/** The community that a key names; -1 where it names none. */
const communityIn = (key: string | null) => (key !== null && key.startsWith('c') ? Number(key.slice(1)) : -1)

/** How a community's disc looks, written into `shape`. */
export function communityShape(
  model: MapModel,
  index: number,
  look: MapLook,
  shape: ShapeStyle = discStyle(),
): ShapeStyle {
  const map = model.communities!
  const id = map.id[index]!
  const palette = MAP_PALETTES[look.theme]
  const quiet = QUIET[look.theme]
  const color = look.colors
    ? look.colors.table.css(look.colors.communities[index] ?? 255)
    : riskShade(map.meanScore[index]!, look.theme)
  shape.hidden = !drawn(model, index, look)
  shape.color = color
  shape.borderColor = color
  shape.fill = quiet.fill
  shape.borderAlpha = quiet.border
  shape.borderWidth = 1.2
  shape.shape = 0
  if (model.open === id) {
    shape.fill = 0
    shape.borderColor = palette.accent
    shape.borderAlpha = 1
    shape.borderWidth = 1.6
    return shape
  }
  if (look.hasSelection && map.selected[index] === 0) {
    shape.fill = quiet.fill * 0.3
    shape.borderAlpha = 0.22
  }
  if (model.open !== null) {
    shape.fill *= 0.45
    shape.borderAlpha *= 0.35
  }
  if (look.focus !== null && communityIn(look.focus) === id) {
    shape.borderColor = palette.accent
    shape.borderAlpha = 1
    shape.borderWidth = 2
  }
  if (look.hover !== null && communityIn(look.hover) === id) {
    shape.fill = quiet.fill + 0.12
    shape.borderAlpha = 1
    shape.borderWidth = 2
  }
  return shape
}

/** Whether a community is drawn: its members are not all hidden, and the selection holds some where only that is shown. */
function drawn(model: MapModel, index: number, look: MapLook): boolean {
  if (look.shown && look.shown[index] === 0) return false
  return look.others === 'dim' || !look.hasSelection || model.communities!.selected[index]! > 0
}

export function memberShape(
  model: MapModel,
  index: number,
  look: MapLook,
  near: ReadonlySet<string> | null,
): Partial<ShapeData> {
  const members = model.members!
  const key = `a${members.accountId[index]!}`
  const flags = members.flags[index]!
  const color = look.colors
    ? look.colors.table.css(look.colors.account(members.accountId[index]!))
    : riskColor(members.score[index]!, look.theme)
  const left = look.hasSelection && (flags & MEMBER_FLAG.selected) === 0
  const palette = MAP_PALETTES[look.theme]
  const benign = (flags & MEMBER_FLAG.judgedBenign) !== 0
  let alpha = 1
  if (left) alpha = 0.2
  if (near && !near.has(key)) alpha = Math.min(alpha, 0.25)
  const chosen = look.focus === key || look.hover === key
  const shape =
    (flags & MEMBER_FLAG.judgedMalicious) !== 0
      ? 1
      : benign
        ? 0
        : (flags & MEMBER_FLAG.labelMalicious) !== 0
          ? 2
          : (flags & MEMBER_FLAG.labelBenign) !== 0
            ? 3
            : 0
  return {
    hidden: (left && look.others === 'hide') || look.isHidden(members.accountId[index]!),
    color,
    fill: benign ? 0 : alpha,
    borderColor: chosen
      ? look.focus === key
        ? palette.accent
        : palette.text
      : benign
        ? color
        : palette.halo,
    borderAlpha: chosen ? 1 : benign ? alpha : alpha * 0.9,
    borderWidth: chosen || benign ? 2 : 0.8,
    shape,
  }
}

/** How an edge between two communities looks, written into `line`; of a hidden one nothing else is said. */
export function communityEdge(
  model: MapModel,
  index: number,
  look: MapLook,
  line: LineStyle = lineStyle(),
): LineStyle {
  const map = model.communities!
  const source = map.edgeSource[index]!
  const target = map.edgeTarget[index]!
  const [a, b] = [map.id[source]!, map.id[target]!]
  const asked = communityIn(look.hover ?? look.focus)
  const incident = asked === a || asked === b || look.chosen.has(a) || look.chosen.has(b)
  line.hidden =
    model.open !== null ||
    (!incident && index >= look.edges.between) ||
    !drawn(model, source, look) ||
    !drawn(model, target, look)
  if (line.hidden) return line
  const heaviest = map.edgeWeight[0] ?? 1
  const share = Math.sqrt(map.edgeWeight[index]! / heaviest)
  const bothSelected = !look.hasSelection || (map.selected[source]! > 0 && map.selected[target]! > 0)
  line.color = MAP_PALETTES[look.theme].edge
  line.alpha = incident ? 0.25 + 0.4 * share : bothSelected ? 0.05 + 0.2 * share : 0.03
  line.size = incident ? 0.9 + 1.6 * share : 0.6 + share
  line.dash = 0
  return line
}

export function memberEdge(
  model: MapModel,
  index: number,
  ends: [string, string],
  look: MapLook,
): Partial<LineData> {
  const members = model.members!
  if (index >= look.edges.members) return { hidden: true }
  const kinds = members.edgeChannels[index]!
  let first = -1
  for (let bit = 0; bit < members.channels.length; bit++) {
    if ((kinds & (1 << bit)) !== 0 && !look.hiddenChannels.has(bit)) {
      first = bit
      break
    }
  }
  if (first < 0) return { hidden: true }
  const style = channelStyle(first, MAP_PALETTES[look.theme])
  // An account of another community tells nothing about these edges.
  const asked =
    [look.hover, look.focus].find((key) => key?.startsWith('a') && model.graph.hasNode(key)) ?? null
  const incident = asked !== null && ends.includes(asked)
  const dense = members.edgeSource.length > 1500
  return {
    hidden: false,
    color: style.color,
    dash: style.dash,
    alpha: incident ? 0.95 : asked !== null ? 0.08 : dense ? 0.2 : 0.38,
    size: incident ? 1.6 : 0.9,
  }
}
