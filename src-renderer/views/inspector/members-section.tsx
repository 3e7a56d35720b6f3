import { useCallback, useMemo, useState } from 'react'
import type { MemberRow } from '../../../src-main/common/contract/pages.ts'
import { api } from '../../client/api.ts'
import { useFocus } from '../../state/focus.ts'
import { useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { useNumbers } from '../../ui/numbers.ts'
import { Section } from '../../ui/panel.tsx'
import { RiskScore } from '../../ui/risk.tsx'
import { AccountName } from '../../ui/text.tsx'
import { VirtualTable, type Column } from '../../ui/virtual-table.tsx'
import './pages.css'

const ROW = 26
const HEAD = 30
const MOST_ROWS = 9

/** Every member from core to fringe, with how sure we are of each. */
export function MembersSection(props: { id: number; size: number; onAll(): void }) {
  const t = useT()
  const dynamic = useDynamicT()
  const { n, percent } = useNumbers()
  const version = useWorkspace((s) => s.version)
  const path = useWorkspace((s) => s.info?.path)
  const show = useFocus((s) => s.show)
  const hover = useFocus((s) => s.hover)
  const accounts = useSelection((s) => s.selection.accounts)
  const toggle = useSelection((s) => s.toggle)
  const [core, setCore] = useState<{ core: number; total: number; measured: boolean } | null>(null)
  const { id } = props
  const loadPage = useCallback(
    async (offset: number, limit: number, signal: AbortSignal) => {
      const page = await api.call('communities.memberPage', { id, offset, limit }, { signal })
      setCore({ core: page.core, total: page.total, measured: page.measured })
      return page
    },
    // `version` and `path`: the same question has a new answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [id, version, path],
  )
  const measured = core?.measured ?? false
  const columns = useMemo<Column<MemberRow>[]>(
    () => [
      {
        key: 'account',
        title: t('pages.members.account'),
        width: 'minmax(72px, 1fr)',
        cell: (r) => <AccountName id={r.id} name={r.key} />,
      },
      {
        key: 'confidence',
        title: t(measured ? 'pages.members.confidence' : 'pages.members.belonging'),
        about: t(measured ? 'pages.members.confidenceAbout' : 'pages.members.belongingAbout'),
        width: '94px',
        cell: (r) => {
          const share = r.confidence ?? r.belonging
          return (
            <span
              className="member-sure"
              title={t('pages.members.both', { belonging: percent(r.belonging) })}
            >
              <span className={`member-bar is-${r.place}`} aria-hidden="true">
                <span style={{ width: `${share * 100}%` }} />
              </span>
              {t('pages.percent', { n: percent(share) })}
            </span>
          )
        },
      },
      {
        key: 'place',
        title: t('pages.members.place'),
        width: '46px',
        cell: (r) => (
          <span className={r.place === 'fringe' ? 'sh-quiet' : undefined}>
            {t(`pages.members.${r.place}`)}
          </span>
        ),
      },
      {
        key: 'score',
        title: t('pages.members.score'),
        width: '58px',
        cell: (r) => <RiskScore score={r.score} verdict={r.verdict} />,
      },
      {
        key: 'label',
        title: t('pages.members.label'),
        width: '66px',
        cell: (r) =>
          r.verdict ? (
            <KnowledgeTag kind="judged">{dynamic('common.verdict', r.verdict, r.verdict)}</KnowledgeTag>
          ) : (
            r.label && (
              <KnowledgeTag kind="observed">{dynamic('common.verdict', r.label, r.label)}</KnowledgeTag>
            )
          ),
      },
    ],
    [t, dynamic, percent, measured],
  )
  const selected = useMemo(() => new Set<number>(accounts ?? []), [accounts])
  return (
    <Section
      title={t('pages.members.title', { count: props.size })}
      testId="members"
      tools={
        core && (
          <span className="sh-quiet">
            {t('pages.members.coreFringe', { core: n(core.core), fringe: n(core.total - core.core) })}
          </span>
        )
      }
    >
      <div
        className="members-table"
        style={{ height: HEAD + ROW * Math.min(MOST_ROWS, Math.max(1, props.size)) }}
      >
        <VirtualTable
          label={t('pages.members.title', { count: props.size })}
          columns={columns}
          rowKey={(r) => r.id}
          rowTestId="member-row"
          rowHeight={ROW}
          loadPage={loadPage}
          selected={selected}
          onActivate={(r, additive) =>
            additive ? toggle('accounts', r.id) : show({ kind: 'account', id: r.id })
          }
          onCursor={(r) => hover({ account: r?.id ?? null, community: id })}
        />
      </div>
      <button type="button" className="link" onClick={props.onAll}>
        {t('inspector.community.allMembers')}
      </button>
    </Section>
  )
}
