import { useQuery } from '../../client/use-query.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { edgeSentences } from './edge-sentences.ts'
import { SourceTag } from './provenance.tsx'

/** Why two accounts are joined, one sentence per fact, each with its innocent reading and its rows. */
export function EdgeReasons(props: { a: number; b: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const reasons = useQuery(
    'accounts.explainEdge',
    { a: props.a, b: props.b },
    { on: ['facts', 'runs'], reset: true },
  )
  if (reasons.error) return <ErrorState error={reasons.error} onRetry={reasons.refetch} compact />
  if (!reasons.data) return <Spinner size={16} />
  if (reasons.data.length === 0) return <p className="sh-quiet">{t('inspector.edge.none')}</p>
  return (
    <ul className="edge-reasons" data-testid="edge-reasons">
      {edgeSentences(reasons.data).map(({ key, values, commonness, reason }, i) => {
        const type = dynamic('inspector.channel', values.type, values.type)
        return (
          <li key={i}>
            <p>
              {key === 'entity'
                ? t('inspector.edge.entity', { type, entity: values.entity })
                : t('inspector.edge.relation', { type })}
            </p>
            {commonness && (
              <p className="sh-quiet">{t(`inspector.common.${commonness}`, { count: values.count })}</p>
            )}
            <p className="edge-meta sh-quiet">
              <span>{t('inspector.edge.weight', { weight: reason.weight.toFixed(2) })}</span>
              {reason.firstSeen !== null && (
                <span>
                  <TimeText ms={reason.firstSeen} time={false} /> –{' '}
                  <TimeText ms={reason.lastSeen} time={false} />
                </span>
              )}
              {reason.provenance.slice(0, 4).map((source, k) => (
                <SourceTag key={k} source={source} />
              ))}
              {reason.provenance.length > 4 && (
                <span>{t('inspector.edge.rows', { count: reason.provenance.length })}</span>
              )}
            </p>
          </li>
        )
      })}
    </ul>
  )
}
