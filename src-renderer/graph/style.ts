import { MEMBER_FLAG } from '../../src-main/common/contract/communities.ts'
import type { Theme } from '../state/prefs.ts'
import { riskColor } from '../ui/theme/risk.ts'
import { BUDGET } from './budget.ts'
import type { LineData } from './line-program.ts'
import type { MapModel } from './model.ts'
import { channelStyle, MAP_PALETTES } from './palette.ts'
import type { ShapeData } from './shape-program.ts'

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
}

const QUIET: Record<Theme, { fill: number; border: number }> = {
  dark: { fill: 0.13, border: 0.7 },
  light: { fill: 0.14, border: 0.75 },
}

export function communityShape(model: MapModel, index: number, look: MapLook): Partial<ShapeData> {
  const map = model.communities!
  const id = map.id[index]!
  const key = `c${id}`
  const palette = MAP_PALETTES[look.theme]
  const quiet = QUIET[look.theme]
  const color = riskColor(map.meanScore[index]!, look.theme)
  const shape: Partial<ShapeData> = {
    color,
    borderColor: color,
    fill: quiet.fill,
    borderAlpha: quiet.border,
    borderWidth: 1.2,
    shape: 0,
  }
  if (model.open === id)
    return { ...shape, fill: 0, borderColor: palette.accent, borderAlpha: 1, borderWidth: 1.6 }
  if (look.hasSelection && map.selected[index] === 0) {
    shape.fill = quiet.fill * 0.3
    shape.borderAlpha = 0.22
  }
  if (model.open !== null) {
    shape.fill! *= 0.45
    shape.borderAlpha! *= 0.35
  }
  if (look.focus === key) {
    shape.borderColor = palette.accent
    shape.borderAlpha = 1
    shape.borderWidth = 2
  }
  if (look.hover === key) {
    shape.fill = quiet.fill + 0.12
    shape.borderAlpha = 1
    shape.borderWidth = 2
  }
  return shape
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
  const color = riskColor(members.score[index]!, look.theme)
  const palette = MAP_PALETTES[look.theme]
  const benign = (flags & MEMBER_FLAG.judgedBenign) !== 0
  let alpha = 1
  if (look.hasSelection && (flags & MEMBER_FLAG.selected) === 0) alpha = 0.2
  if (near && !near.has(key)) alpha = Math.min(alpha, 0.25)
  const chosen = look.focus === key || look.hover === key
  return {
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
    shape: (flags & MEMBER_FLAG.judgedMalicious) !== 0 ? 1 : 0,
  }
}

export function communityEdge(
  model: MapModel,
  index: number,
  ends: [string, string],
  look: MapLook,
): Partial<LineData> {
  const map = model.communities!
  const asked = look.hover ?? look.focus
  const incident = asked !== null && ends.includes(asked)
  const heaviest = map.edgeWeight[0] ?? 1
  const share = Math.sqrt(map.edgeWeight[index]! / heaviest)
  const bothSelected =
    !look.hasSelection ||
    (map.selected[map.edgeSource[index]!]! > 0 && map.selected[map.edgeTarget[index]!]! > 0)
  return {
    hidden: model.open !== null || (!incident && index >= BUDGET.quietEdges),
    color: MAP_PALETTES[look.theme].edge,
    alpha: incident ? 0.25 + 0.4 * share : bothSelected ? 0.05 + 0.2 * share : 0.03,
    size: incident ? 0.9 + 1.6 * share : 0.6 + share,
    dash: 0,
  }
}

export function memberEdge(
  model: MapModel,
  index: number,
  ends: [string, string],
  look: MapLook,
): Partial<LineData> {
  const members = model.members!
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
  const asked = look.hover?.startsWith('a') ? look.hover : look.focus?.startsWith('a') ? look.focus : null
  const incident = asked !== null && ends.includes(asked)
  const dense = members.edgeSource.length > 1500
  return {
    color: style.color,
    dash: style.dash,
    alpha: incident ? 0.95 : asked !== null ? 0.08 : dense ? 0.2 : 0.38,
    size: incident ? 1.6 : 0.9,
  }
}
