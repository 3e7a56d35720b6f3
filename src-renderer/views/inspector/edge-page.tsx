import { useQuery } from '../../client/use-query.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { useT } from '../../ui/i18n/index.ts'
import { Section } from '../../ui/panel.tsx'
import { useAccountName } from '../../ui/text.tsx'
import { EdgeReasons } from './edge-reasons.tsx'
import { PageHead, PageState } from './page.tsx'
import { AccountLine } from './small-lists.tsx'

/** Two accounts and everything that joins them. */
export function EdgePage(props: { a: number; b: number }) {
  const t = useT()
  const call = useAccountName()
  const a = useQuery('accounts.get', { id: props.a }, { reset: true })
  const b = useQuery('accounts.get', { id: props.b }, { reset: true })
  if (!a.data || !b.data)
    return (
      <PageState
        error={a.error ?? b.error}
        retry={() => {
          a.refetch()
          b.refetch()
        }}
      />
    )
  const names = { a: call(a.data.id, a.data.key), b: call(b.data.id, b.data.key) }
  return (
    <>
      <PageHead
        kind={t('inspector.kind.edge')}
        title={t('inspector.edge.title', names)}
        tags={<KnowledgeTag kind="observed" />}
      />
      <Section title={t('inspector.account.whyJoined')}>
        <EdgeReasons a={props.a} b={props.b} names={names} />
      </Section>
      <Section>
        <ul className="lines">
          <AccountLine account={a.data} />
          <AccountLine account={b.data} />
        </ul>
      </Section>
    </>
  )
}
