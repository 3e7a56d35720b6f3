import type { EdgeReason } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { Tag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { edgeSentence, percentText, reasonText } from './edge-sentence.ts'
import { edgeSentences } from './edge-sentences.ts'
import { useProvenance } from '../../ui/provenance/state.ts'
import { SourceTag } from './provenance.tsx'
import './sharing.css'
import { useWording } from './wording.ts'

/**
 * Why two accounts are joined: one sentence that says it all, then each fact with its innocent reading, its weight
 * and its rows.
 */
export function EdgeReasons(props: { a: number; b: number; names: { a: string; b: string } }) {
  const t = useT()
  const dynamic = useDynamicT()
  const wording = useWording()
  const show = useFocus((s) => s.show)
  const ask = useProvenance((s) => s.ask)
  const edge = useQuery('edges.explain', { a: props.a, b: props.b }, { on: ['facts', 'runs'], reset: true })
  if (edge.error) return <ErrorState error={edge.error} onRetry={edge.refetch} compact />
  if (!edge.data) return <Spinner size={16} />
  const sentence = edgeSentence(edge.data, props.names, wording)
  if (sentence === null) return <p className="sh-quiet">{t('inspector.edge.none')}</p>
  const things = new Map(edge.data.things.map((thing) => [`${thing.type}\n${thing.key}`, thing]))
  return (
    <>
      <p className="edge-sentence" data-testid="edge-sentence">
        {sentence}
      </p>
      <ul className="edge-reasons" data-testid="edge-reasons">
        {edgeSentences(edge.data.reasons).map(({ key, values, commonness, reason }, i) => {
          const type = dynamic('inspector.channel', values.type, values.type)
          const thing = things.get(`${reason.entityType}\n${reason.entityKey}`)
          const said = reasonText(reason, wording)
          return (
            <li key={i}>
              <p>
                {said ??
                  (key === 'entity'
                    ? t('inspector.edge.entity', { type, entity: values.entity })
                    : t('inspector.edge.relation', { type }))}{' '}
                {thing && thing.accounts > 1 && thing.cause !== 'unknown' && (
                  <button
                    type="button"
                    className="cause-tag"
                    title={t(`sharing.causeLong.${thing.cause}`)}
                    onClick={() => show({ kind: 'entity', id: thing.entityId })}
                  >
                    <Tag>{t(`sharing.cause.${thing.cause}`)}</Tag>
                  </button>
                )}
              </p>
              {said !== null && reason.entityKey !== null && (
                <p className="sh-quiet">
                  <bdi>{reason.entityKey}</bdi>
                </p>
              )}
              {commonness && (
                <p className="sh-quiet">{t(`inspector.common.${commonness}`, { count: values.count })}</p>
              )}
              {reason.excerpts?.map((text, k) => (
                <p key={k} className="edge-excerpt">
                  {text}
                </p>
              ))}
              <p className="edge-meta sh-quiet">
                <span>{t('inspector.edge.weight', { weight: reason.weight.toFixed(2) })}</span>
                <Detail reason={reason} />
                {reason.firstSeen !== null && (
                  <span>
                    <TimeText ms={reason.firstSeen} time={false} /> –{' '}
                    <TimeText ms={reason.lastSeen} time={false} />
                  </span>
                )}
                {reason.provenance.slice(0, 4).map((source, k) => (
                  <SourceTag
                    key={k}
                    source={source}
                    to={reason.kind === 'relation' ? 'relations' : undefined}
                  />
                ))}
                {reason.provenance.length > 4 && (
                  <button
                    type="button"
                    className="link"
                    onClick={() => ask({ refs: reason.provenance.slice(0, 200) })}
                  >
                    {t('inspector.edge.rows', { count: reason.provenance.length })}
                  </button>
                )}
              </p>
            </li>
          )
        })}
      </ul>
    </>
  )
}

/** Why a reason weighs less than its thing alone would. */
function Detail({ reason }: { reason: EdgeReason }) {
  const { t, language } = useWording()
  if (reason.detail === undefined) return null
  if (reason.detail !== 'innocent') return <span>{t(`sharing.edge.${reason.detail}`)}</span>
  return (
    <span>
      {reason.innocentFactor === undefined
        ? t('sharing.edge.innocentPlain')
        : t('sharing.edge.innocent', { percent: percentText(reason.innocentFactor, language) })}
    </span>
  )
}
