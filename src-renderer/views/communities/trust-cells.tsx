import type { CommunityRow } from '../../../src-main/common/contract/communities.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { qWords } from '../inspector/chance-words.ts'
import '../inspector/trust.css'

/** The grade as a letter, with the number and what the letter means in its tooltip. */
export function StabilityCell(props: { row: CommunityRow }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { stability, grade } = props.row
  if (stability === null || grade === null) return <span className="sh-quiet">{'–'}</span>
  const value = formatNumber(stability, language, 2)
  const words = t('trust.gradeTitle', { grade, value, words: t(`trust.grade.${grade}`) })
  return (
    <span title={words} aria-label={words} role="img" className="stability-cell">
      <span className={`grade grade-${grade}`}>{grade}</span>
      <span className="sh-quiet">{value}</span>
    </span>
  )
}

/** How surprising it is, bold where it stands out; the tooltip names the statistic it rests on. */
export function SurpriseCell(props: { row: CommunityRow }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const { surprise, surpriseQ, surpriseBy } = props.row
  if (surprise === null || surpriseQ === null) {
    return (
      <span className="sh-quiet" title={t('trust.surprise.none')}>
        {'–'}
      </span>
    )
  }
  const value = formatNumber(surprise, language, 1)
  const overall = t('trust.surprise.overall', { value, q: qWords(surpriseQ, language) })
  const by = surpriseBy === null ? overall : `${dynamic('trust.name', surpriseBy, surpriseBy)} · ${overall}`
  return (
    <span title={by} className={surpriseQ < 0.05 ? 'chance-strong' : 'sh-quiet'}>
      {value}
    </span>
  )
}
