import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import type { CommunityRow } from '../../../src-main/common/contract/communities.ts'
import type { AppInput } from '../../../src-main/common/contract/index.ts'
import { api } from '../../client/api.ts'
import { useFocus } from '../../state/focus.ts'
import { useLayout } from '../../state/layout.ts'
import { isEmptySelection, useSelection } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { KnowledgeTag } from '../../ui/chip.tsx'
import { communityName, formatScore } from '../../ui/format.ts'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { RiskDot } from '../../ui/risk.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { NumberText } from '../../ui/text.tsx'
import { withFilters, type FilterPart } from '../../ui/table/selection-filters.tsx'
import { useTable } from '../../ui/table/use-table.tsx'
import { VirtualTable, type Column } from '../../ui/virtual-table.tsx'
import { ExportButtons } from '../accounts/export-buttons.tsx'
import { useTableExport } from '../accounts/export.ts'
import { UndoToast, useDone } from '../accounts/undo-toast.tsx'
import { useForeignSelection } from '../accounts/use-foreign.ts'
import { useRangeSelect } from '../accounts/use-range.ts'
import { COMMUNITY_FIELDS } from './csv.ts'
import { spanWords } from './span-words.ts'
import { useSize } from '../../ui/use-size.ts'
import { FlaggedBar, MeanRisk } from './bars.tsx'
import { LineageBar } from './lineage-bar.tsx'
import { OnlyFilter, type Only } from './only-filter.tsx'
import { StabilityCell, SurpriseCell } from './trust-cells.tsx'
import '../accounts/accounts.css'
import './communities.css'

type SortKey = NonNullable<AppInput<'communities.list'>['sort']>

const FIRST_SORT = { key: 'flagged', descending: true }
/** Which part of the selection a column's funnel holds. */
const FILTERS: Readonly<Record<string, FilterPart>> = {
  id: 'communities',
  risk: 'risk',
  reports: 'reportClasses',
  registered: 'registered',
}

/** Every community that fits the selection; opening one shows it on the map. */
export default function CommunitiesView() {
  const t = useT()
  const dynamic = useDynamicT()
  const version = useWorkspace((s) => s.version)
  const path = useWorkspace((s) => s.info?.path)
  const zone = useWorkspace((s) => s.info?.tzOffset ?? 0)
  const show = useFocus((s) => s.show)
  const open = useFocus((s) => s.open)
  const hover = useFocus((s) => s.hover)
  const focus = useFocus((s) => s.focus)
  const goTo = useLayout((s) => s.goTo)
  const { filter, chosen, toggle, choose } = useForeignSelection('communities')
  const selection = useSelection((s) => s.selection)
  const { done, say, dismiss } = useDone()
  const [only, setOnly] = useState<Only>('all')
  const [measure, size] = useSize()
  const [total, setTotal] = useState<number | null>(null)
  const rows = useRef(new Map<number, CommunityRow>())

  const columns = useMemo<Column<CommunityRow>[]>(
    () => [
      {
        key: 'id',
        title: t('communities.column.community'),
        about: t('communities.explain.community'),
        width: '92px',
        sortable: true,
        cell: (r) => (
          <span className="sh-risk-score">
            <RiskDot score={r.meanScore} verdict={r.verdict} />
            <b>{communityName(r.id)}</b>
          </span>
        ),
      },
      {
        key: 'size',
        title: t('communities.column.size'),
        about: t('communities.explain.size'),
        width: '76px',
        numeric: true,
        sortable: true,
        cell: (r) => <NumberText value={r.size} />,
      },
      {
        key: 'flagged',
        title: t('communities.column.flagged'),
        about: t('communities.explain.flagged'),
        width: 'minmax(108px, 220px)',
        sortable: true,
        cell: (r) => (
          <FlaggedBar
            flagged={r.flagged}
            size={r.size}
            label={t('communities.flaggedOf', { flagged: r.flagged, size: r.size })}
          />
        ),
      },
      {
        key: 'risk',
        title: t('communities.column.risk'),
        about: t('communities.explain.risk'),
        width: 'minmax(116px, 220px)',
        sortable: true,
        cell: (r) =>
          r.meanScore === null ? (
            <span className="sh-quiet">{t('common.notScored')}</span>
          ) : (
            <MeanRisk
              mean={r.meanScore}
              max={r.maxScore}
              label={t('communities.maxScore', {
                mean: formatScore(r.meanScore),
                max: r.maxScore === null ? '–' : formatScore(r.maxScore),
              })}
            />
          ),
      },
      {
        key: 'surprise',
        title: t('communities.column.surprise'),
        about: t('communities.explain.surprise'),
        width: '88px',
        numeric: true,
        sortable: true,
        cell: (r) => <SurpriseCell row={r} />,
      },
      {
        key: 'stability',
        title: t('communities.column.stability'),
        about: t('communities.explain.stability'),
        width: '84px',
        sortable: true,
        cell: (r) => <StabilityCell row={r} />,
      },
      {
        key: 'reports',
        title: t('communities.column.reports'),
        about: t('communities.explain.reports'),
        width: '74px',
        numeric: true,
        sortable: true,
        cell: (r) => <NumberText value={r.reports} />,
      },
      {
        key: 'anomalies',
        title: t('communities.column.anomalies'),
        about: t('communities.explain.anomalies'),
        width: '78px',
        numeric: true,
        sortable: true,
        cell: (r) =>
          r.anomalies > 0 ? (
            <span className="anomaly-count">
              <span className="anomaly-mark" aria-hidden="true" />
              {r.anomalies}
            </span>
          ) : (
            <span className="sh-quiet">0</span>
          ),
      },
      {
        key: 'labelled',
        title: t('communities.column.labelled'),
        about: t('communities.explain.labelled'),
        width: '76px',
        numeric: true,
        cell: (r) =>
          r.labelledMalicious + r.labelledBenign === 0 ? (
            <span className="sh-quiet">–</span>
          ) : (
            <span
              aria-label={t('communities.labelsAria', {
                malicious: r.labelledMalicious,
                benign: r.labelledBenign,
              })}
            >
              {r.labelledMalicious} <span className="sh-quiet">·</span> {r.labelledBenign}
            </span>
          ),
      },
      {
        key: 'registered',
        title: t('communities.column.registered'),
        about: t('communities.explain.registered'),
        width: 'minmax(154px, 1fr)',
        sortable: true,
        cell: (r) =>
          r.registeredFrom === null || r.registeredTo === null ? (
            <span className="sh-quiet">–</span>
          ) : (
            spanWords(r.registeredFrom, r.registeredTo, zone)
          ),
      },
      {
        key: 'conductance',
        title: t('communities.column.conductance'),
        about: t('communities.explain.conductance'),
        width: '76px',
        numeric: true,
        sortable: true,
        cell: (r) => <NumberText value={r.conductance} digits={2} />,
      },
      {
        key: 'verdict',
        title: t('communities.column.verdict'),
        about: t('communities.explain.verdict'),
        width: '92px',
        cell: (r) =>
          r.verdict && (
            <KnowledgeTag kind="judged">{dynamic('common.verdict', r.verdict, r.verdict)}</KnowledgeTag>
          ),
      },
    ],
    [t, dynamic, zone],
  )
  const table = useTable('communities', columns, FIRST_SORT)
  const { sorts } = table
  const loadRows = useCallback(
    (offset: number, limit: number, signal: AbortSignal) => {
      const [first, ...ties] = sorts.map((s) => ({ sort: s.key as SortKey, descending: s.descending }))
      return api.call(
        'communities.list',
        { selection: filter, ...first, ties, only, offset, limit },
        { signal },
      )
    },
    [filter, sorts, only],
  )
  const loadPage = useCallback(
    async (offset: number, limit: number, signal: AbortSignal) => {
      const page = await loadRows(offset, limit, signal)
      setTotal(page.total)
      // Kept for Enter, which knows the row's id only.
      if (offset === 0) rows.current.clear()
      for (const row of page.rows) rows.current.set(row.id, row)
      return page
    },
    // `version` and `path`: the same question has a new answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [loadRows, version, path],
  )
  const openOnMap = (row: CommunityRow) => {
    show({ kind: 'community', id: row.id })
    open(row.id)
    if (!chosen.includes(row.id)) toggle(row.id)
    goTo('map')
  }
  const selected = useMemo(() => {
    const ids = new Set<number>(chosen)
    if (ids.size === 0 && focus?.kind === 'community') ids.add(focus.id)
    return ids
  }, [chosen, focus])

  // What is read least goes first where there is no room; all of it is in the inspector.
  const shown = withFilters(table.columns, selection, FILTERS).filter(({ key }) => {
    if (size.width === 0 || table.chose(key)) return true
    if (key === 'conductance') return size.width >= 1150
    if (key === 'labelled') return size.width >= 1070
    if (key === 'registered') return size.width >= 990
    return key !== 'reports' || size.width >= 830
  })
  const shownKeys = shown.map((c) => c.key).join(' ')
  const fields = useMemo(
    () => shownKeys.split(' ').flatMap((key) => COMMUNITY_FIELDS[key] ?? []),
    [shownKeys],
  )
  const exporting = useTableExport({ loadPage: loadRows, fields, name: 'communities', say })
  const onRange = useRangeSelect({ loadPage: loadRows, chosen, choose, say })
  const onKeyDownCapture = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'Enter') return
    const key = event.currentTarget.querySelector('.is-cursor[data-key]')?.getAttribute('data-key')
    const row = key ? rows.current.get(Number(key)) : undefined
    if (!row) return
    event.preventDefault()
    event.stopPropagation()
    openOnMap(row)
  }

  const nothing = only !== 'all' ? 'emptyOnly' : isEmptySelection(filter) ? 'empty' : 'emptySelection'
  return (
    <div
      ref={measure}
      className="sh-view communities-view"
      role="group"
      aria-label={t('communities.title')}
      data-testid="communities"
      onKeyDownCapture={onKeyDownCapture}
    >
      <PanelHeader
        title={t('communities.title')}
        about={total === null ? undefined : t('communities.count', { count: total })}
      >
        <span className="sh-quiet keys-hint">{t('communities.keys')}</span>
        <OnlyFilter only={only} onChange={setOnly} />
        <ExportButtons exporting={exporting} disabled={!total} />
        {table.menu}
      </PanelHeader>
      <LineageBar only={only} onChange={setOnly} />
      <VirtualTable
        label={t('communities.title')}
        columns={shown}
        rowKey={(r) => r.id}
        rowTestId="community-row"
        loadPage={loadPage}
        sorts={sorts}
        onSort={table.onSort}
        onResize={table.onResize}
        onMove={table.onMove}
        onRange={onRange}
        selected={selected}
        onActivate={(r, additive) => {
          if (additive) return toggle(r.id)
          show({ kind: 'community', id: r.id })
          open(r.id)
        }}
        onOpen={openOnMap}
        onCursor={(r) => hover({ community: r?.id ?? null })}
        empty={
          <EmptyState icon="layout" title={t(`communities.${nothing}Title`)}>
            {t(`communities.${nothing}Text`)}
          </EmptyState>
        }
      />
      <UndoToast done={done} dismiss={dismiss} />
    </div>
  )
}
