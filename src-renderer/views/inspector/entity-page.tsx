import { Button } from '@blueprintjs/core'
import { useMemo } from 'react'
import type { EntityContext, SharingEvidence } from '../../../src-main/common/contract/sharing.ts'
import { useQuery } from '../../client/use-query.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag, Tag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { TimeText } from '../../ui/text.tsx'
import { percentText } from './edge-sentence.ts'
import { PageHead, PageState } from './page.tsx'
import { SourceTag } from './provenance.tsx'
import { AccountLine } from './small-lists.tsx'
import './sharing.css'
import { useWording } from './wording.ts'

const SHOWN = 50

/** A device, address or other thing that accounts share: why they may, how we know, and what the graph makes of it. */
export function EntityPage(props: { id: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const patch = useSelection((s) => s.patch)
  const users = useQuery('entities.accounts', { id: props.id }, { on: ['facts'], reset: true })
  const context = useQuery('entities.explain', { id: props.id }, { on: ['facts', 'runs'], reset: true })
  const ids = users.data?.accounts
  const selection = useMemo(() => (ids?.length ? { accounts: ids } : null), [ids])
  const list = useQuery(
    'accounts.list',
    selection && { selection, sort: 'score', descending: true, limit: SHOWN },
    { reset: true },
  )
  if (!ids) return <PageState error={users.error} retry={users.refetch} />
  const entity = context.data
  return (
    <>
      <PageHead
        kind={entity ? dynamic('inspector.channel', entity.type, entity.type) : t('inspector.kind.entity')}
        title={<bdi>{entity?.key ?? `#${props.id}`}</bdi>}
        tags={<KnowledgeTag kind="observed" />}
      >
        <Button
          size="small"
          icon="small-plus"
          text={t('inspector.entity.selectAccounts')}
          onClick={() => patch({ accounts: ids })}
        />
      </PageHead>
      {context.error && <ErrorState error={context.error} onRetry={context.refetch} compact />}
      {entity ? <Explained entity={entity} /> : !context.error && <Spinner size={16} />}
      <Section title={t('inspector.entity.accounts')}>
        <p className="sh-quiet section-note">{t('inspector.usedBy', { count: ids.length })}</p>
        <ul className="lines">
          {list.data?.rows.map((row) => (
            <AccountLine key={row.id} account={row} />
          ))}
        </ul>
      </Section>
    </>
  )
}

function Explained({ entity }: { entity: EntityContext }) {
  const { t, language } = useWording()
  const percent = (share: number) => percentText(share, language)
  const shared = entity.accounts > 1
  const others = entity.alternatives.filter((other) => other.probability >= 0.1)
  return (
    <>
      <Section title={t('inspector.entity.reading')} testId="entity-reading">
        <p className="cause-line">
          {shared && (
            <KnowledgeTag kind="inferred" title={t('sharing.about')}>
              {t(`sharing.cause.${entity.cause}`)}
            </KnowledgeTag>
          )}
          <span>{t(shared ? `sharing.causeLong.${entity.cause}` : 'sharing.causeLong.single')}</span>
        </p>
        {shared && entity.cause !== 'unknown' && (
          <p className="sh-quiet section-note">
            {t('sharing.confidence', { percent: percent(entity.confidence) })}
          </p>
        )}
        {shared && others.length > 0 && (
          <p className="sh-quiet section-note">
            {t('sharing.alternatives', {
              list: new Intl.ListFormat(language, { type: 'disjunction' }).format(
                others.map((o) => `${t(`sharing.cause.${o.cause}`)} ${percent(o.probability)}`),
              ),
            })}
          </p>
        )}
        {shared && <Evidence kind={entity.kind} evidence={entity.evidence} />}
        <SourceTag source={entity.provenance} />
      </Section>
      <Section title={t('sharing.base.title')} testId="entity-base">
        <p>
          {t('sharing.base.text', {
            accounts: t('sharing.base.accounts', { count: entity.accounts }),
            ofType: entity.baseRate.ofType,
            shared: entity.baseRate.shared,
            asMany: entity.baseRate.sharedByAsMany,
            percent: shareText(entity.baseRate.sharedByAsMany, entity.baseRate.ofType, language),
          })}
        </p>
      </Section>
      {entity.time.firstSeen !== null && (
        <Section title={t('sharing.time.title')} testId="entity-time">
          <p>
            <TimeText ms={entity.time.firstSeen} time={false} /> –{' '}
            <TimeText ms={entity.time.lastSeen} time={false} />
          </p>
          {entity.time.days > 0 && (
            <p>{t('sharing.time.days', { days: entity.time.days, shared: entity.time.sharedDays })}</p>
          )}
          {entity.time.overlap !== null && (
            <p>
              {entity.time.overlap === 0
                ? t('sharing.time.handed')
                : t('sharing.time.overlap', { percent: percent(entity.time.overlap) })}
            </p>
          )}
        </Section>
      )}
      <Section title={t('sharing.effect.title')} testId="entity-effect">
        <Effect entity={entity} />
      </Section>
    </>
  )
}

/** Small shares keep a digit: "0%" would say none. */
function shareText(part: number, of: number, language: string): string {
  const share = of === 0 ? 0 : part / of
  return new Intl.NumberFormat(language, {
    style: 'percent',
    maximumSignificantDigits: share < 0.1 ? 2 : 3,
  }).format(share)
}

function Evidence(props: { kind: EntityContext['kind']; evidence: SharingEvidence[] }) {
  const { t, language } = useWording()
  const dynamic = useDynamicWithValues()
  if (props.evidence.length === 0) return <p className="sh-quiet">{t('sharing.evidenceNone')}</p>
  return (
    <ul className="evidence" aria-label={t('sharing.evidenceTitle')} data-testid="entity-evidence">
      {props.evidence.map((item) => (
        <li key={item.code} className={item.weight > 0 ? 'is-for' : 'is-against'}>
          <span className="evidence-side">{t(item.weight > 0 ? 'sharing.for' : 'sharing.against')}</span>
          <span>
            {dynamic(item.code, props.kind, {
              ...rounded(item.values),
              percent: percentText(item.values['share'] ?? 0, language),
            })}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Counts as they are, averages with one digit, spans in whole days. */
function rounded(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value < 10 ? Math.round(value * 10) / 10 : Math.round(value),
    ]),
  )
}

function useDynamicWithValues() {
  const t = useT()
  return (code: string, kind: EntityContext['kind'], values: Record<string, string | number>): string => {
    const split = ['ownPartner', 'perPartner', 'partners'].includes(code)
    return t(`sharing.evidence.${split ? `${code}_${kind}` : code}` as 'sharing.evidence.accounts', values)
  }
}

/** What the recipe of the shown graph made of it. */
function Effect({ entity }: { entity: EntityContext }) {
  const { t, language } = useWording()
  const { effect } = entity
  if (effect === null) return <p className="sh-quiet">{t('sharing.effect.noGraph')}</p>
  const percent = (share: number) => percentText(share, language)
  return (
    <>
      <p>
        {effect.treatment === 'joins'
          ? t('sharing.effect.joins', {
              weight: effect.pairWeight!.toFixed(effect.pairWeight! < 0.1 ? 3 : 2),
            })
          : t(`sharing.effect.${effect.treatment}`, { cap: effect.hubCap })}
        {effect.treatment === 'joins' && effect.decay !== null && effect.decay < 0.995 && (
          <> {t('sharing.effect.decay', { percent: percent(effect.decay) })}</>
        )}
      </p>
      {effect.treatment !== 'unused' && effect.treatment !== 'unshared' && entity.factor < 0.995 && (
        <p className="sh-quiet section-note">
          {t(effect.discount === null ? 'sharing.effect.notDiscounted' : 'sharing.effect.discounted', {
            percent: percent(entity.factor),
          })}
        </p>
      )}
    </>
  )
}

/** The likely cause of a shared thing, quietly, for lists. */
export function CauseTag(props: { cause: EntityContext['cause']; confidence: number }) {
  const { t, language } = useWording()
  if (props.cause === 'unknown') return null
  const title = `${t(`sharing.causeLong.${props.cause}`)}\n${t('sharing.confidence', {
    percent: percentText(props.confidence, language),
  })}`
  return <Tag title={title}>{t(`sharing.cause.${props.cause}`)}</Tag>
}
