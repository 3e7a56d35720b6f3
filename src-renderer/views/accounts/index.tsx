import { Button } from '@blueprintjs/core'
import { useCallback, useMemo, useRef, type KeyboardEvent } from 'react'
import type { AccountRow } from '../../../src-main/common/contract/accounts.ts'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { communityName } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { AccountName, NumberText, TimeText, useAccountName } from '../../ui/text.tsx'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { withFilters, type FilterPart } from '../../ui/table/selection-filters.tsx'
import { useTable } from '../../ui/table/use-table.tsx'
import { VirtualTable, type Column } from '../../ui/virtual-table.tsx'
import { ACCOUNT_FIELDS } from './csv.ts'
import { ExportButtons } from './export-buttons.tsx'
import { useTableExport } from './export.ts'
import { ScoreCell } from './score-cell.tsx'
import { UndoToast, useDone } from './undo-toast.tsx'
import { useForeignSelection } from './use-foreign.ts'
import { useRangeSelect } from './use-range.ts'
import './accounts.css'

type SortKey = NonNullable<AppInput<'accounts.list'>['sort']>
const VERDICT_KEYS = { m: 'malicious', b: 'benign', u: 'unsure' } as const

const FIRST_SORT = { key: 'score', descending: true }
/** Which part of the selection a column's funnel holds. */
const FILTERS: Readonly<Record<string, FilterPart>> = {
  score: 'risk',
  registered: 'registered',
  community: 'communities',
  reports: 'reportClasses',
  label: 'labels',
  verdict: 'verdicts',
}

/** Every account that fits the selection, in any order, judged without leaving the keyboard. */
export default function AccountsView() {
  const t = useT()
  const dynamic = useDynamicT()
  const version = useWorkspace((s) => s.version)
  const path = useWorkspace((s) => s.info?.path)
  const selection = useSelection((s) => s.selection)
  const show = useFocus((s) => s.show)
  const focus = useFocus((s) => s.focus)
  const hover = useFocus((s) => s.hover)
  const showPanel = useLayout((s) => s.show)
  const call = useAccountName()
  const { filter, chosen, toggle, choose } = useForeignSelection('accounts')
  const count = useQuery('accounts.count', { selection })
  const { done, act, say, dismiss } = useDone()
  const rows = useRef(new Map<number, AccountRow>())

  const columns = useMemo<Column<AccountRow>[]>(
    () => [
      {
        key: 'score',
        title: t('accounts.column.score'),
        about: t('accounts.explain.score'),
        width: 'minmax(212px, 1fr)',
        sortable: true,
        cell: (r) => <ScoreCell score={r.score} verdict={r.verdict} />,
      },
      {
        key: 'key',
        title: t('accounts.column.account'),
        about: t('accounts.explain.account'),
        width: 'minmax(100px, 1fr)',
        sortable: true,
        cell: (r) => <AccountName id={r.id} name={r.key} />,
      },
      {
        key: 'registered',
        title: t('accounts.column.registered'),
        about: t('accounts.explain.registered'),
        width: '138px',
        sortable: true,
        cell: (r) =>
          r.registeredAt === null ? <span className="sh-quiet">–</span> : <TimeText ms={r.registeredAt} />,
      },
      {
        key: 'community',
        title: t('accounts.column.community'),
        about: t('accounts.explain.community'),
        width: '86px',
        sortable: true,
        cell: (r) =>
          r.community === null ? <span className="sh-quiet">–</span> : communityName(r.community),
      },
      {
        key: 'belonging',
        title: t('pages.members.belonging'),
        about: t('pages.members.belongingAbout'),
        width: '76px',
        numeric: true,
        optional: true,
        cell: (r) =>
          r.belonging === null ? (
            <span className="sh-quiet">–</span>
          ) : (
            <NumberText value={r.belonging} digits={2} />
          ),
      },
      {
        key: 'events',
        title: t('accounts.column.events'),
        about: t('accounts.explain.events'),
        width: '68px',
        numeric: true,
        sortable: true,
        cell: (r) => <NumberText value={r.events} />,
      },
      {
        key: 'reports',
        title: t('accounts.column.reports'),
        about: t('accounts.explain.reports'),
        width: '68px',
        numeric: true,
        sortable: true,
        cell: (r) => <NumberText value={r.reports} />,
      },
      {
        key: 'label',
        title: t('accounts.column.label'),
        about: t('accounts.explain.label'),
        width: '80px',
        cell: (r) =>
          r.label && (
            <KnowledgeTag kind="observed">{dynamic('common.verdict', r.label, r.label)}</KnowledgeTag>
          ),
      },
      {
        key: 'verdict',
        title: t('accounts.column.verdict'),
        about: t('accounts.explain.verdict'),
        width: '80px',
        cell: (r) =>
          r.verdict && (
            <KnowledgeTag kind="judged">{dynamic('common.verdict', r.verdict, r.verdict)}</KnowledgeTag>
          ),
      },
    ],
    [t, dynamic],
  )
  const table = useTable('accounts', columns, FIRST_SORT)
  const { sorts } = table
  const order = useMemo(() => {
    const [first, ...also] = sorts.map(({ key, descending }) => ({ sort: key as SortKey, descending }))
    return { ...first, also }
  }, [sorts])
  const loadRows = useCallback(
    (offset: number, limit: number, signal: AbortSignal) =>
      api.call('accounts.list', { selection: filter, ...order, offset, limit }, { signal }),
    [filter, order],
  )
  const loadPage = useCallback(
    async (offset: number, limit: number, signal: AbortSignal) => {
      const page = await loadRows(offset, limit, signal)
      // Kept for the keys that judge: they know the row's id only.
      if (offset === 0) rows.current.clear()
      for (const row of page.rows) rows.current.set(row.id, row)
      return page
    },
    // `version` and `path`: the same question has a new answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [loadRows, version, path],
  )

  const shown = useMemo(() => withFilters(table.columns, selection, FILTERS), [table.columns, selection])
  const shownKeys = table.columns.map((c) => c.key).join(' ')
  const fields = useMemo(() => shownKeys.split(' ').flatMap((key) => ACCOUNT_FIELDS[key] ?? []), [shownKeys])
  const exporting = useTableExport({ loadPage: loadRows, fields, name: 'accounts', say })
  const onRange = useRangeSelect({ loadPage: loadRows, chosen, choose, say })
  const selected = useMemo(() => {
    const ids = new Set<number>(chosen)
    if (ids.size === 0 && focus?.kind === 'account') ids.add(focus.id)
    return ids
  }, [chosen, focus])

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const verdict = VERDICT_KEYS[event.key.toLowerCase() as keyof typeof VERDICT_KEYS]
    if (!verdict || event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.currentTarget.querySelector('.is-cursor[data-key]')?.getAttribute('data-key')
    const row = key ? rows.current.get(Number(key)) : undefined
    if (!row) return
    event.preventDefault()
    event.stopPropagation()
    // The same key again takes the judgement back.
    const next = row.verdict === verdict ? null : verdict
    const account = call(row.id, row.key)
    void act(
      () => api.call('judgements.set', { target: { kind: 'account', ref: row.id }, verdict: next }),
      next
        ? t('accounts.judged', { account, verdict: t(`common.verdict.${next}`) })
        : t('accounts.judgementRemoved', { account }),
    )
  }

  const c = count.data
  return (
    <div
      className="sh-view accounts-view"
      role="group"
      aria-label={t('accounts.title')}
      data-testid="accounts"
      onKeyDown={onKeyDown}
    >
      <PanelHeader
        title={t('accounts.title')}
        about={
          c &&
          (c.accounts === c.total
            ? t('accounts.count', { count: c.total })
            : t('accounts.ofAll', { count: c.accounts, total: c.total }))
        }
      >
        <span className="sh-quiet keys-hint">{t('accounts.keys')}</span>
        <ExportButtons exporting={exporting} disabled={!c || c.accounts === 0} />
        {table.menu}
      </PanelHeader>
      <VirtualTable
        label={t('accounts.title')}
        columns={shown}
        rowKey={(r) => r.id}
        rowTestId="account-row"
        loadPage={loadPage}
        sorts={table.sorts}
        onSort={table.onSort}
        onResize={table.onResize}
        onMove={table.onMove}
        onRange={onRange}
        selected={selected}
        onActivate={(r, additive) => (additive ? toggle(r.id) : show({ kind: 'account', id: r.id }))}
        onOpen={() => showPanel('inspector')}
        onCursor={(r) => hover({ account: r?.id ?? null, community: r?.community ?? null })}
        empty={
          <EmptyState
            icon="people"
            title={t(isEmptySelection(filter) ? 'accounts.emptyTitle' : 'accounts.emptySelectionTitle')}
            action={
              isEmptySelection(filter) && (
                <Button
                  intent="primary"
                  icon="import"
                  text={t('map.empty.action')}
                  onClick={() => showPanel('import')}
                />
              )
            }
          >
            {t(isEmptySelection(filter) ? 'accounts.emptyText' : 'accounts.emptySelectionText')}
          </EmptyState>
        }
      />
      <UndoToast done={done} dismiss={dismiss} />
    </div>
  )
}
