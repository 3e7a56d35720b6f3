import { useState } from 'react'
import type { NeighbourRow } from '../../../src-main/common/contract/accounts.ts'
import { useQuery } from '../../client/use-query.ts'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../ui/states.tsx'
import { NumberText, useAccountName } from '../../ui/text.tsx'
import { EdgeReasons } from './edge-reasons.tsx'
import { AccountLine } from './small-lists.tsx'
import { useChannelName } from './wording.ts'

const FIRST = 8

/** Who the account is joined to, by what, and why: each line opens into the facts behind its edge. */
export function NeighboursSection(props: { id: number; accountKey: string }) {
  const t = useT()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<number | null>(null)
  const neighbours = useQuery(
    'accounts.neighbours',
    { id: props.id, limit: all ? 500 : FIRST },
    { on: ['runs', 'judgements'] },
  )
  const data = neighbours.data
  return (
    <Section
      testId="neighbours"
      title={
        data ? t('inspector.account.neighbours', { count: data.total }) : t('inspector.family.neighbours')
      }
    >
      {neighbours.error && <ErrorState error={neighbours.error} onRetry={neighbours.refetch} compact />}
      {!data && neighbours.loading && <Spinner size={16} />}
      {data?.total === 0 && <p className="sh-quiet">{t('inspector.account.noNeighbours')}</p>}
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
