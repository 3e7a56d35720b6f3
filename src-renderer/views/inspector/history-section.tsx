import { useState } from 'react'
import type { HistoryEntry, ScoreStep } from '../../../src-main/common/contract/pages.ts'
import type { TableName } from '../../../src-main/common/mapping/roles.ts'
import { plainNote } from '../../../src-main/common/mentions.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useSelection } from '../../state/selection.ts'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatNumber, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { AccountName, TimeText } from '../../ui/text.tsx'
import { useMentionName } from './note-text.tsx'
import { SourceTag } from './provenance.tsx'
import './pages.css'

const FIRST = 12
const MORE = 100
const DAY = 86_400_000
const KINDS = ['observed', 'inferred', 'judged'] as const
/** Smaller changes of a score are noise of a refit. */
const MOVED = 0.005

/** Which table of facts an entry is a row of. */
const FACT: Partial<Record<HistoryEntry['kind'], TableName>> = {
  registered: 'accounts',
  day: 'events',
  report: 'reports',
  label: 'labels',
  relation: 'relations',
}

/** Everything that happened to an account, newest first: what files say, what runs found, what people said. */
export function HistorySection(props: { id: number; zone: number | null }) {
  const t = useT()
  const [knowledge, setKnowledge] = useState<HistoryEntry['knowledge'] | null>(null)
  const [limit, setLimit] = useState(FIRST)
  const query = useQuery('accounts.history', {
    id: props.id,
    limit,
    ...(knowledge !== null && { knowledge }),
  })
  const data = query.data
  return (
    <Section
      title={t('pages.history.title')}
      testId="history"
      tools={
        <span className="history-kinds" role="group" aria-label={t('pages.history.filter')}>
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              className={`sh-tag sh-tag-${kind} history-kind`}
              aria-pressed={knowledge === kind}
              onClick={() => setKnowledge(knowledge === kind ? null : kind)}
            >
              {t(`common.knowledge.${kind}`)}
            </button>
          ))}
        </span>
      }
    >
      {query.error && <ErrorState error={query.error} onRetry={query.refetch} compact />}
      {!data && query.loading && <Spinner size={16} />}
      {data && data.scores.length > 1 && <ScoreSteps steps={data.scores} />}
      {data?.total === 0 && <p className="sh-quiet">{t('pages.history.none')}</p>}
      <ol className="history">
        {data?.rows.map((entry, i) => (
          <li key={i} className={`history-line is-${entry.knowledge}`} data-testid="history-line">
            <span className="history-time sh-quiet">
              <TimeText ms={entry.at} zone={props.zone} time={entry.kind !== 'day'} />
            </span>
            <span className="history-what">
              <Sentence entry={entry} />
              {entry.by && <span className="sh-quiet"> {t('pages.history.by', { name: entry.by })}</span>}
            </span>
            {entry.provenance && <SourceTag source={entry.provenance} to={FACT[entry.kind]} />}
            {entry.runId !== undefined && (
              <span className="sh-tag sh-tag-inferred">{t('pages.run', { run: entry.runId })}</span>
            )}
          </li>
        ))}
      </ol>
      {data && data.total > data.rows.length && (
        <button type="button" className="link" onClick={() => setLimit(Math.min(1000, limit + MORE))}>
          {t('pages.history.more', { count: data.total - data.rows.length })}
        </button>
      )}
      {data && limit > FIRST && (
        <button type="button" className="link history-fewer" onClick={() => setLimit(FIRST)}>
          {t('inspector.account.showFewer')}
        </button>
      )}
    </Section>
  )
}

function Sentence({ entry }: { entry: HistoryEntry }) {
  const t = useT()
  const dynamic = useDynamicT()
  const language = usePrefs((s) => s.language)
  const show = useFocus((s) => s.show)
  const patch = useSelection((s) => s.patch)
  const mention = useMentionName()
  const v = entry.values
  const text = (key: string) => String(v[key] ?? '')
  const verdict = dynamic('common.verdict', text('verdict'), text('verdict'))
  switch (entry.kind) {
    case 'day': {
      const parts = (['logins', 'failed', 'other'] as const)
        .filter((part) => Number(v[part]) > 0)
        .map((part) => t(`pages.history.${part}`, { count: Number(v[part]) }))
      return (
        <button
          type="button"
          className="link"
          title={t('pages.history.brush')}
          onClick={() => patch({ time: { from: entry.at, to: entry.at + DAY } })}
        >
          {parts.join(t('pages.comma'))}
        </button>
      )
    }
    case 'report':
      return (
        <button
          type="button"
          className="link"
          onClick={() => show({ kind: 'report', id: Number(v['report']) })}
        >
          {v['category']
            ? t('pages.history.reportAs', { category: text('category') })
            : t('pages.history.report')}
        </button>
      )
    case 'label':
      return (
        <>
          {t(v['who'] ? 'pages.history.labelBy' : 'pages.history.label', {
            label: dynamic('common.verdict', text('label'), text('label')),
            who: text('who'),
          })}
        </>
      )
    case 'relation': {
      const type = dynamic('inspector.channel', text('type'), text('type'))
      const [before, after] = t(v['out'] ? 'pages.history.relationTo' : 'pages.history.relationFrom', {
        type,
        account: '\u0000',
      }).split('\u0000')
      const account = entry.account!
      return (
        <>
          {before}
          <button type="button" className="link" onClick={() => show({ kind: 'account', id: account.id })}>
            <AccountName id={account.id} name={account.key} />
          </button>
          {after}
        </>
      )
    }
    case 'scored': {
      const change = v['change'] === null ? null : Number(v['change'])
      const score = formatScore(Number(v['score']))
      if (change === null) return <>{t('pages.history.scored', { score })}</>
      if (Math.abs(change) < MOVED) return <>{t('pages.history.scoredSame', { score })}</>
      return (
        <>
          {t(change > 0 ? 'pages.history.scoredUp' : 'pages.history.scoredDown', {
            score,
            change: formatNumber(Math.abs(change), language, 2),
          })}
        </>
      )
    }
    case 'community':
      return (
        <>
          {t('pages.history.community', {
            community: communityName(Number(v['community'])),
            count: Number(v['size']),
          })}
        </>
      )
    case 'judged':
      return (
        <>
          {v['reason']
            ? t('pages.history.judgedFor', { verdict, reason: text('reason') })
            : t('pages.history.judged', { verdict })}
        </>
      )
    case 'retracted':
      return <>{t('pages.history.retracted', { verdict })}</>
    case 'note':
      return <>{t('pages.history.note', { text: plainNote(text('text'), mention) })}</>
    case 'tagged':
    case 'untagged':
      return <>{t(`pages.history.${entry.kind}`, { tag: text('tag') })}</>
    case 'caseIn':
    case 'caseOut':
      return <>{t(`pages.history.${entry.kind}`, { name: text('name') })}</>
    default:
      return <>{t(`pages.history.${entry.kind}`)}</>
  }
}

const WIDTH = 280
const HEIGHT = 34

/** The score of every run as a line: whether a new model or new facts moved it. */
function ScoreSteps({ steps }: { steps: ScoreStep[] }) {
  const t = useT()
  const x = (i: number) => 4 + (i * (WIDTH - 8)) / Math.max(1, steps.length - 1)
  const y = (score: number) => 4 + (1 - score) * (HEIGHT - 8)
  const first = steps[0]!
  const last = steps.at(-1)!
  const words = t('pages.history.steps', {
    count: steps.length,
    from: formatScore(first.score),
    to: formatScore(last.score),
  })
  return (
    <div className="score-steps" data-testid="score-steps">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words}>
        <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} className="score-steps-base" />
        <polyline points={steps.map((s, i) => `${x(i)},${y(s.score)}`).join(' ')} />
        {steps.map((s, i) => (
          <circle
            key={s.runId}
            cx={x(i)}
            cy={y(s.score)}
            r={s.shown ? 3.5 : 2}
            className={s.shown ? 'is-shown' : undefined}
          >
            <title>{`${t('pages.run', { run: s.runId })} · ${s.model ?? s.algorithm} · ${formatScore(s.score)}`}</title>
          </circle>
        ))}
      </svg>
      <Explained what={t('pages.history.stepsWhat')} run={t('pages.run', { run: last.runId })}>
        <span className="sh-quiet">{words}</span>
      </Explained>
    </div>
  )
}
