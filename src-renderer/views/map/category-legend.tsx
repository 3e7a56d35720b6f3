import type { Histogram } from '../../../src-main/common/contract/explore.ts'
import type { Channel } from '../../graph/explore-data.tsx'
import { CATEGORY_COLORS, categoryColor, MISSING, type ColorTable } from '../../graph/channel-colors.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatCompact, formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useCategoryName } from './channel-names.ts'
import type { LegendPart } from './legend-parts.ts'

/** Categories with their colours and how many are selected of how many; a click keeps one, another lets it go. */
export function CategoryLegend(props: {
  channel: Channel
  table: ColorTable
  histogram: Histogram | undefined
  part: LegendPart
  onValues(values: string[]): void
}) {
  const t = useT()
  const name = useCategoryName()
  const language = usePrefs((s) => s.language)
  const theme = usePrefs((s) => s.resolvedTheme)
  const { channel, table, histogram, part } = props
  const counts = new Map(histogram?.categories.map((value, i) => [value, i]))
  const n = (value: number) => formatNumber(value, language)
  const named = channel.categories.filter(({ value }) => value !== null).slice(0, CATEGORY_COLORS)
  const rest = channel.categories
    .filter((category) => !named.includes(category))
    .reduce((sum, { accounts }) => sum + accounts, 0)
  const row = (key: string, value: string | null, color: string, accounts: number, label: string) => {
    const at = counts.get(value)
    const selected = at === undefined ? null : histogram!.selected[at]!
    const active = value !== null && part.values.includes(value)
    const content = (
      <>
        <span className="sh-swatch" style={{ background: color }} />
        <span className="sh-category-name">{label}</span>
        <span className="sh-category-count">{formatCompact(selected ?? accounts, language)}</span>
      </>
    )
    const title =
      selected === null || selected === accounts
        ? t('mapTools.legend.count', { name: label, n: n(accounts) })
        : t('mapTools.legend.countOf', { name: label, n: n(selected), total: n(accounts) })
    if (!part.filters || value === null)
      return (
        <li key={key} title={title}>
          <span className="sh-category">{content}</span>
        </li>
      )
    return (
      <li key={key}>
        <button
          type="button"
          className={part.values.length > 0 && !active ? 'sh-category is-off' : 'sh-category'}
          aria-pressed={active}
          aria-label={title}
          title={title}
          data-testid={`category-${value}`}
          onClick={() =>
            props.onValues(active ? part.values.filter((other) => other !== value) : [...part.values, value])
          }
        >
          {content}
        </button>
      </li>
    )
  }
  return (
    <ul className="sh-categories">
      {named.map(({ value, accounts }, byte) =>
        row(`v${value}`, value, table.css(byte), accounts, name(channel.channel, value)),
      )}
      {rest > 0 && row('other', null, categoryColor(null, MISSING, theme), rest, t('mapTools.legend.other'))}
      {channel.missing > 0 && (
        <li>
          <span className="sh-category">
            <span className="sh-swatch" style={{ background: table.css(MISSING) }} />
            <span className="sh-category-name">{t('mapTools.legend.missing')}</span>
            <span className="sh-category-count">{formatCompact(channel.missing, language)}</span>
          </span>
        </li>
      )}
    </ul>
  )
}
