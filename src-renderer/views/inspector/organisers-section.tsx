import type { Organiser, OrganiserSign } from '../../../src-main/common/contract/pages.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Explained } from '../../ui/explain.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { RiskScore } from '../../ui/risk.tsx'
import { AccountName } from '../../ui/text.tsx'
import './pages.css'

/** Who may have organised the others, and by which signs: an order to look in. */
export function OrganisersSection(props: { id: number; size: number }) {
  const t = useT()
  const { n } = useNumbers()
  const query = useQuery('communities.organisers', props.size < 3 ? null : { id: props.id }, {
    on: ['facts', 'runs', 'judgements'],
    reset: true,
  })
  const data = query.data
  // What is not there is no finding: where the question makes no sense it is not asked.
  if (!data || (data.rows.length === 0 && data.asked.length === 0)) return null
  return (
    <Section
      title={t('pages.organiser.title')}
      testId="organisers"
      tools={
        <Explained
          what={t('pages.organiser.what')}
          how={t(data.sampled === null ? 'pages.organiser.how' : 'pages.organiser.howSampled', {
            n: n(data.sampled ?? 0),
            size: n(data.size),
          })}
        >
          <span className="sh-quiet">{t('pages.organiser.signs', { count: data.asked.length })}</span>
        </Explained>
      }
    >
      {data.rows.length === 0 && <p className="sh-quiet">{t('pages.organiser.none')}</p>}
      <ul className="lines">
        {data.rows.map((row) => (
          <Line key={row.id} row={row} size={data.size} />
        ))}
      </ul>
      {data.rows.length > 0 && <p className="sh-quiet section-note">{t('pages.organiser.caution')}</p>}
    </Section>
  )
}

function Line({ row, size }: { row: Organiser; size: number }) {
  const t = useT()
  const show = useFocus((s) => s.show)
  const { n, percent } = useNumbers()
  const words = (sign: OrganiserSign, amount: number, share: number, rank: number) => {
    if (sign === 'between') return t('pages.organiser.sign.between', { percent: percent(share) })
    if (sign === 'first') {
      const days = amount / 24
      return t(rank === 1 ? 'pages.organiser.sign.firstOfAll' : 'pages.organiser.sign.first', {
        rank,
        lead:
          days >= 2
            ? t('pages.organiser.days', { count: Math.round(days) })
            : t('pages.organiser.hours', { count: Math.round(amount) }),
      })
    }
    return t(`pages.organiser.sign.${sign}`, { count: Math.round(amount), size: n(size) })
  }
  return (
    <li className="organiser" data-testid="organiser">
      <div className="organiser-head">
        <button type="button" className="link" onClick={() => show({ kind: 'account', id: row.id })}>
          <AccountName id={row.id} name={row.key} />
        </button>
        <span className="account-line-score">
          <RiskScore score={row.score} verdict={row.verdict} />
        </span>
      </div>
      <p className="sh-quiet">
        {row.signs.map((s) => words(s.sign, s.amount, s.share, s.rank)).join(t('pages.semicolon'))}
      </p>
    </li>
  )
}
