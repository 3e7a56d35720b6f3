import { Button, InputGroup } from '@blueprintjs/core'
import { useState } from 'react'
import type { CommunityDetail } from '../../../src-main/common/contract/communities.ts'
import type { CommunityComparison, CompareSide } from '../../../src-main/common/contract/pages.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Explained } from '../../ui/explain.tsx'
import { communityName, formatInstant, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { useChannelName } from './wording.ts'
import './pages.css'

const NEAREST = 3
const SHARED = 6

/** The community beside another one: what ties them, what both use, whether they keep the same hours. */
export function CompareSection(props: { community: CommunityDetail }) {
  const t = useT()
  const { id, neighbours } = props.community
  const [other, setOther] = useState<number | null>(null)
  const [typed, setTyped] = useState('')
  const query = useQuery('communities.compare', other === null ? null : { a: id, b: other }, { reset: true })
  const wanted = /^\s*[cC]?-?\s*(\d+)\s*$/.exec(typed)
  const choose = () => {
    const next = wanted ? Number(wanted[1]) - 1 : -1
    if (next >= 0 && next !== id) setOther(next)
  }
  return (
    <Section
      title={t('pages.compare.title')}
      testId="compare"
      tools={
        other !== null && (
          <Button
            size="small"
            variant="minimal"
            icon="small-cross"
            aria-label={t('pages.compare.close')}
            title={t('pages.compare.close')}
            onClick={() => setOther(null)}
          />
        )
      }
    >
      <div className="compare-pick">
        {neighbours.slice(0, NEAREST).map((c) => (
          <Button
            key={c.id}
            size="small"
            active={other === c.id}
            text={communityName(c.id)}
            onClick={() => setOther(c.id)}
          />
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            choose()
          }}
        >
          <InputGroup
            size="small"
            className="compare-input"
            value={typed}
            onValueChange={setTyped}
            placeholder={t('pages.compare.placeholder')}
            aria-label={t('pages.compare.placeholder')}
            data-testid="compare-with"
          />
        </form>
      </div>
      {query.error && <ErrorState error={query.error} onRetry={query.refetch} compact />}
      {other !== null && !query.data && !query.error && <Spinner size={16} />}
      {query.data && <Comparison data={query.data} />}
    </Section>
  )
}

function Comparison({ data }: { data: CommunityComparison }) {
  const t = useT()
  const dynamic = useDynamicT()
  const channelName = useChannelName()
  const show = useFocus((s) => s.show)
  const patch = useSelection((s) => s.patch)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const { n, percent } = useNumbers()
  const { a, b } = data
  const dates = (side: CompareSide) =>
    side.registeredFrom === null || side.registeredTo === null
      ? '–'
      : `${formatInstant(side.registeredFrom, zone, false)} – ${formatInstant(side.registeredTo, zone, false)}`
  const rows: [string, (side: CompareSide) => string][] = [
    [t('inspector.community.accounts'), (s) => n(s.size)],
    [t('inspector.community.flagged'), (s) => (s.meanScore === null ? '–' : n(s.flagged))],
    [t('pages.compare.meanScore'), (s) => (s.meanScore === null ? '–' : formatScore(s.meanScore))],
    [t('inspector.community.registered'), dates],
    [t('inspector.community.reports'), (s) => n(s.reports)],
    [
      t('pages.compare.mainClass'),
      (s) => (s.classes[0] ? dynamic('common.class', s.classes[0].class, s.classes[0].class) : '–'),
    ],
  ]
  return (
    <>
      <table className="compare">
        <thead>
          <tr>
            <td>{t('pages.compare.side')}</td>
            {[a, b].map((side) => (
              <th key={side.id} scope="col">
                <button
                  type="button"
                  className="link"
                  onClick={() => show({ kind: 'community', id: side.id })}
                >
                  {communityName(side.id)}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value(a)}</td>
              <td>{value(b)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">
              <Explained what={t('pages.compare.rhythmWhat')}>{t('pages.compare.hours')}</Explained>
            </th>
            <td>
              <Hours hours={a.hours} />
            </td>
            <td>
              <Hours hours={b.hours} />
            </td>
          </tr>
        </tbody>
      </table>
      <ul className="compare-facts">
        <li>
          {data.between.edges === 0
            ? t('pages.compare.noTies')
            : t('pages.compare.ties', {
                count: data.between.edges,
                by: data.between.channels
                  .map((c) => t('pages.compare.by', { channel: channelName(c.channel), count: c.edges }))
                  .join(t('pages.comma')),
              })}
        </li>
        {data.rhythm !== null && (
          <li>{t('pages.compare.rhythm', { percent: percent(Math.max(0, data.rhythm)) })}</li>
        )}
        {data.relations.map((r) => (
          <li key={r.type}>
            {t('pages.compare.relation', {
              type: dynamic('inspector.channel', r.type, r.type),
              there: n(r.aToB),
              back: n(r.bToA),
            })}
          </li>
        ))}
        <li>{t('pages.compare.shared', { count: data.sharedTotal })}</li>
      </ul>
      <ul className="lines">
        {data.shared.slice(0, SHARED).map((s) => (
          <li key={s.entityId} className="entity-line">
            <span className="sh-quiet entity-type">{dynamic('inspector.channel', s.type, s.type)}</span>
            <button
              type="button"
              className="link entity-key"
              onClick={() => show({ kind: 'entity', id: s.entityId })}
            >
              {s.key}
            </button>
            <span className="sh-quiet">
              {t('pages.compare.users', { a: n(s.inA), b: n(s.inB), all: n(s.accounts) })}
            </span>
          </li>
        ))}
      </ul>
      <Button
        size="small"
        icon="small-plus"
        text={t('pages.compare.selectBoth')}
        onClick={() => patch({ communities: [a.id, b.id] })}
      />
    </>
  )
}

/** Events by hour of the day, 0 to 23. */
function Hours({ hours }: { hours: number[] }) {
  const t = useT()
  const most = Math.max(1, ...hours)
  return (
    <svg className="compare-hours" viewBox="0 0 96 18" role="img" aria-label={t('pages.compare.hours')}>
      {hours.map((count, h) => (
        <rect key={h} x={h * 4} width="3.2" y={18 - (count / most) * 18} height={(count / most) * 18}>
          <title>{t('pages.compare.hour', { hour: h, count })}</title>
        </rect>
      ))}
    </svg>
  )
}
