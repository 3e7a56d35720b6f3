import { Button } from '@blueprintjs/core'
import { useMemo } from 'react'
import { useQuery } from '../../client/use-query.ts'
import { useSelection } from '../../state/selection.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { commonness } from './edge-sentences.ts'
import { PageHead, PageState } from './page.tsx'
import { SourceTag } from './provenance.tsx'
import { AccountLine } from './small-lists.tsx'

const SHOWN = 50

/** A device, address or other thing that accounts share: who uses it, and how to read that innocently. */
export function EntityPage(props: { id: number }) {
  const t = useT()
  const dynamic = useDynamicT()
  const patch = useSelection((s) => s.patch)
  const users = useQuery('entities.accounts', { id: props.id }, { on: ['facts'], reset: true })
  const ids = users.data?.accounts
  // The thing itself is described where an account uses it.
  const first = useQuery('accounts.get', ids?.length ? { id: ids[0] } : null, { on: ['facts'], reset: true })
  const selection = useMemo(() => (ids?.length ? { accounts: ids } : null), [ids])
  const list = useQuery(
    'accounts.list',
    selection && { selection, sort: 'score', descending: true, limit: SHOWN },
    { reset: true },
  )
  if (!ids) return <PageState error={users.error} retry={users.refetch} />
  const entity = first.data?.entities.find((e) => e.entityId === props.id)
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
      <Section title={t('inspector.entity.reading')}>
        <p>{t(`inspector.common.${commonness(ids.length)}`, { count: ids.length })}</p>
        {entity && <SourceTag source={entity.provenance} />}
      </Section>
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
