import { Button } from '@blueprintjs/core'
import { FEW_LABELS, LEAST_LABELS, type LabelState } from '../../../../src-main/common/contract/learning.ts'
import type { Query } from '../../../client/use-query.ts'
import { useLayout } from '../../../state/layout.ts'
import { KnowledgeTag } from '../../../ui/chip.tsx'
import { useT } from '../../../ui/i18n/index.ts'
import { useNumbers } from '../../../ui/numbers.ts'
import { Section } from '../../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import { useLab } from '../store.ts'

/** What there is to learn from, who said it, and whether it is enough. */
export function LabelsPanel({ labels }: { labels: Query<LabelState> }) {
  const t = useT()
  const { n } = useNumbers()
  const put = useLab((s) => s.put)
  const data = labels.data
  if (labels.error && !data) return <ErrorState error={labels.error} onRetry={labels.refetch} compact />
  if (!data) return <Spinner />
  const { malicious, benign, disagreements } = data
  return (
    <Section
      title={t('label.title')}
      testId="label-state"
      tools={
        <Button
          size="small"
          icon="key-command"
          text={t('label.start')}
          data-testid="label-start"
          onClick={() => put({ tab: 'queue', list: 'queue' })}
        />
      }
    >
      <dl className="lab-classes">
        <ClassCount name={t('common.verdict.malicious')} count={malicious} risk={3} />
        <ClassCount name={t('common.verdict.benign')} count={benign} risk={0} />
        <div>
          <dt>{t('label.unlabelled')}</dt>
          <dd>{n(data.unlabelled)}</dd>
        </div>
      </dl>
      <p className={`lab-label-state is-${data.state}`} data-testid="label-sentence" data-state={data.state}>
        <LabelSentence state={data} />
      </p>
      {data.state === 'none' && (
        <Button
          size="small"
          variant="minimal"
          icon="import"
          text={t('label.import')}
          onClick={() => useLayout.getState().show('import')}
        />
      )}
      {(data.by.length > 1 || data.by.some((b) => b.unsure > 0)) && (
        <table className="lab-small-table" aria-label={t('label.by')}>
          <thead>
            <tr>
              <th scope="col">{t('label.by')}</th>
              <th scope="col" className="sh-num">
                {t('common.verdict.malicious')}
              </th>
              <th scope="col" className="sh-num">
                {t('common.verdict.benign')}
              </th>
              <th scope="col" className="sh-num">
                {t('common.verdict.unsure')}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.by.map((b) => (
              <tr key={`${b.kind}:${b.who}`}>
                <th scope="row">
                  <WhoTag who={b.who} kind={b.kind} />
                </th>
                <td className="sh-num">{n(b.malicious)}</td>
                <td className="sh-num">{n(b.benign)}</td>
                <td className="sh-num">{b.unsure > 0 ? n(b.unsure) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {disagreements > 0 && (
        <p className="lab-note">
          <button
            type="button"
            className="sh-link"
            data-testid="to-disputed"
            onClick={() => put({ tab: 'queue', list: 'disputed' })}
          >
            {t('label.disagreements', { count: disagreements })}
          </button>
        </p>
      )}
    </Section>
  )
}

/** Who said it: a file is observed, an analyst's word is a judgement. */
export function WhoTag(props: { who: string; kind: 'import' | 'analyst' }) {
  const t = useT()
  const { who, kind } = props
  const source = kind === 'import' ? who.replace(/^import:/, '') : who
  return (
    <KnowledgeTag kind={kind === 'import' ? 'observed' : 'judged'} title={t(`label.kind.${kind}`)}>
      {source || t('label.file')}
    </KnowledgeTag>
  )
}

function ClassCount(props: { name: string; count: number; risk: 0 | 3 }) {
  const { n, percent } = useNumbers()
  const t = useT()
  const { count } = props
  const share = Math.min(1, count / FEW_LABELS)
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>
        {n(count)}
        {count < FEW_LABELS && (
          <span
            className="lab-goal"
            role="img"
            aria-label={t('label.goal', { count, goal: FEW_LABELS, percent: percent(share) })}
            title={t('label.goalTitle', { least: LEAST_LABELS, enough: FEW_LABELS })}
          >
            <i style={{ width: `${share * 100}%`, background: `var(--sh-risk-${props.risk})` }} />
            <b style={{ left: `${(LEAST_LABELS / FEW_LABELS) * 100}%` }} />
          </span>
        )}
      </dd>
    </div>
  )
}

/** Whether the labels are enough and, where they are not, what is missing. */
export function LabelSentence({ state }: { state: LabelState }) {
  const t = useT()
  const { n } = useNumbers()
  const parts = (['malicious', 'benign'] as const)
    .filter((name) => state.missing[name] > 0)
    .map((name) => t(`label.more.${name}`, { count: state.missing[name], n: n(state.missing[name]) }))
  const missing = parts.length === 2 ? t('label.and', { a: parts[0]!, b: parts[1]! }) : (parts[0] ?? '')
  switch (state.state) {
    case 'none':
      return t('label.state.none', { least: LEAST_LABELS })
    case 'one_class':
      return t(state.malicious === 0 ? 'label.state.noMalicious' : 'label.state.noBenign', { missing })
    case 'too_few':
      return t('label.state.tooFew', { missing })
    case 'few':
      return t('label.state.few', { missing })
    case 'enough':
      return t('label.state.enough')
  }
}
