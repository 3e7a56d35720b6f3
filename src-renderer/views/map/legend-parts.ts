import type { ChannelInfo } from '../../../src-main/common/contract/explore.ts'
import type { Selection } from '../../state/selection.ts'

/** What a legend reads and writes of the selection: one range, or a list of values. */
export interface LegendPart {
  range: { min: number; max: number } | null
  values: readonly string[]
  /** The selection's parts to patch for a range (null: none) or a list of values. */
  withRange(range: { min: number; max: number } | null): Selection
  withValues(values: string[]): Selection
  filters: boolean
}

const attributeOf = (id: string) => (id.startsWith('attribute:') ? id.slice(10) : null)

/** How a channel's legend reads and changes the selection. A channel that filters by nothing changes nothing. */
export function legendPart(info: Pick<ChannelInfo, 'id' | 'filters'>, selection: Selection): LegendPart {
  const nothing: LegendPart = {
    range: null,
    values: [],
    withRange: () => ({}),
    withValues: () => ({}),
    filters: info.filters !== null,
  }
  switch (info.filters) {
    case 'risk':
      return {
        ...nothing,
        range: selection.risk ?? null,
        withRange: (range) => ({
          risk: range ? { min: Math.max(0, range.min), max: Math.min(1, range.max) } : undefined,
        }),
      }
    case 'registered': {
      const { registered } = selection
      return {
        ...nothing,
        range: registered ? { min: registered.from, max: registered.to } : null,
        withRange: (range) => ({ registered: range ? { from: range.min, to: range.max } : undefined }),
      }
    }
    case 'labels':
      return { ...nothing, values: selection.labels ?? [], withValues: (labels) => ({ labels }) }
    case 'verdicts':
      return {
        ...nothing,
        values: selection.verdicts ?? [],
        withValues: (values) => ({ verdicts: values as NonNullable<Selection['verdicts']> }),
      }
    case 'reportClasses':
      return {
        ...nothing,
        values: selection.reportClasses ?? [],
        withValues: (reportClasses) => ({ reportClasses }),
      }
    case 'tags':
      return { ...nothing, values: selection.tags ?? [], withValues: (tags) => ({ tags }) }
    case 'communities':
      return {
        ...nothing,
        values: (selection.communities ?? []).map(String),
        withValues: (values) => ({ communities: values.map(Number) }),
      }
    case 'attributes': {
      const name = attributeOf(info.id)
      if (name === null) return nothing
      const others = (selection.attributes ?? []).filter((attribute) => attribute.name !== name)
      const own = (selection.attributes ?? []).find((attribute) => attribute.name === name)
      return {
        ...nothing,
        range:
          own?.min !== undefined || own?.max !== undefined
            ? { min: own.min ?? -Infinity, max: own.max ?? Infinity }
            : null,
        values: own?.values ?? [],
        withRange: (range) => ({ attributes: range ? [...others, { name, ...range }] : others }),
        withValues: (values) => ({ attributes: values.length > 0 ? [...others, { name, values }] : others }),
      }
    }
    default:
      return { ...nothing, filters: false }
  }
}

/** Bins that a range touches, first and last; null where it is empty or holds all. Edges ascend, one more than bins. */
export function binsOf(
  edges: ArrayLike<number>,
  range: { min: number; max: number } | null,
): [number, number] | null {
  const bins = edges.length - 1
  if (!range || bins < 1) return null
  let first = 0
  while (first < bins - 1 && edges[first + 1]! <= range.min) first++
  let last = bins - 1
  while (last > first && edges[last]! >= range.max) last--
  return [first, last]
}
