import { Button } from '@blueprintjs/core'
import { useState } from 'react'
import type { NeighbourRow } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useSelection } from '../../state/selection.ts'
import { useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { NumberText, useAccountName } from '../../ui/text.tsx'
import { EdgeReasons } from './edge-reasons.tsx'
import { AccountLine } from './small-lists.tsx'
import { useChannelName } from './wording.ts'
import './pages.css'
import '../reports/reports.css'

const FIRST = 8

/** Who the account is joined to, by what, and why: each line opens into the facts behind its edge. */
export function NeighboursSection(props: { id: number; accountKey: string }) {
  const t = useT()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<number | null>(null)
  const [channel, setChannel] = useState<string | null>(null)
  const channelName = useChannelName()
  const patch = useSelection((s) => s.patch)
  const neighbours = useQuery(
    'accounts.neighbours',
    { id: props.id, limit: all ? 500 : FIRST, channel },
    { on: ['runs', 'judgements'] },
  )
  const data = neighbours.data
  return (
    <Section
      testId="neighbours"
      tools={
        data && data.rows.length > 0 ? (
          <Button
            size="small"
            variant="minimal"
            icon="small-plus"
            text={t('pages.neighbours.select')}
            onClick={() => patch({ accounts: [props.id, ...data.rows.map((row) => row.id)] })}
          />
        ) : undefined
      }
      title={
        data ? t('inspector.account.neighbours', { count: data.total }) : t('inspector.family.neighbours')
      }
    >
      {neighbours.error && <ErrorState error={neighbours.error} onRetry={neighbours.refetch} compact />}
      {!data && neighbours.loading && <Spinner size={16} />}
      {data?.total === 0 && <p className="sh-quiet">{t('inspector.account.noNeighbours')}</p>}
      {data && data.channels.length > 1 && (
        <div className="channel-filter" role="group" aria-label={t('pages.neighbours.filter')}>
          <ChannelChip
            name={t('pages.neighbours.all')}
            active={channel === null}
            onClick={() => setChannel(null)}
          />
          {data.channels.map((c) => (
            <ChannelChip
              key={c.channel}
              name={channelName(c.channel)}
              count={c.neighbours}
              active={channel === c.channel}
              onClick={() => setChannel(channel === c.channel ? null : c.channel)}
            />
          ))}
        </div>
      )}
      {data && data.malicious > 0 && (
        <p className="sh-quiet section-note">{t('pages.neighbours.malicious', { count: data.malicious })}</p>
      )}
      <ul className="lines">
        {data?.rows.map((n) => (
          <Neighbour
            key={n.id}
            of={props.id}
            ofKey={props.accountKey}
            neighbour={n}
            open={open === n.id}
            onToggle={() => setOpen(open === n.id ? null : n.id)}
          />
        ))}
      </ul>
      {data && data.total > FIRST && (
        <button type="button" className="link" onClick={() => setAll(!all)}>
          {all
            ? t('inspector.account.showFewer')
            : t('inspector.account.showAll', { count: Math.min(500, data.total) })}
        </button>
      )}
    </Section>
  )
}

function ChannelChip(props: { name: string; count?: number; active: boolean; onClick(): void }) {
  const { n } = useNumbers()
  return (
    <button
      type="button"
      className={`class-chip${props.active ? ' is-active' : ''}`}
      aria-pressed={props.active}
      onClick={props.onClick}
    >
      {props.name}
      {props.count !== undefined && <b>{n(props.count)}</b>}
    </button>
  )
}

function Neighbour(props: {
  of: number
  ofKey: string
  neighbour: NeighbourRow
  open: boolean
  onToggle(): void
}) {
  const t = useT()
  const channelName = useChannelName()
  const call = useAccountName()
  const { neighbour: n, open } = props
  const channels = n.channels.map(channelName)
  return (
    <>
      <AccountLine account={n}>
        <button
          type="button"
          className="channels sh-quiet"
          aria-expanded={open}
          title={t('inspector.account.whyJoined')}
          data-testid="why-joined"
          onClick={props.onToggle}
        >
          {channels.join(' · ')} <span aria-hidden="true">{open ? '▴' : '▾'}</span>
        </button>
        <span
          className="sh-quiet line-weight"
          title={t('inspector.account.weight', { weight: n.weight.toFixed(2) })}
        >
          <NumberText value={n.weight} digits={2} />
        </span>
      </AccountLine>
      {open && (
        <li className="line-detail">
          <EdgeReasons
            a={props.of}
            b={n.id}
            names={{ a: call(props.of, props.ofKey), b: call(n.id, n.key) }}
          />
        </li>
      )}
    </>
  )
}
