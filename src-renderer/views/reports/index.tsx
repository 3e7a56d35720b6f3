import { Button, HTMLSelect, InputGroup } from '@blueprintjs/core'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { isEmptySelection, useSelection, without } from '../../state/selection.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { Hint } from '../../ui/explain.tsx'
import { useDynamicT, useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ReportList } from './list.tsx'
import './reports.css'

const TYPING_MS = 200
type Sort = 'time' | 'confidence'

/** What people wrote about the selected accounts, searched in any language and sorted by class. */
export default function ReportsView() {
  const t = useT()
  const dynamic = useDynamicT()
  const selection = useSelection((s) => s.selection)
  const patch = useSelection((s) => s.patch)
  const version = useWorkspace((s) => s.version)
  const path = useWorkspace((s) => s.info?.path)
  const [typed, setTyped] = useState(selection.text ?? '')
  const [query, setQuery] = useState(typed)
  const [reportClass, setReportClass] = useState<string | null>(null)
  const [sort, setSort] = useState<Sort>('time')

  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed.trim()), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])
  // A text selected elsewhere (the search box) is shown here as the query that it is.
  const selectedText = selection.text
  useEffect(() => {
    if (selectedText === undefined) return
    setTyped(selectedText)
    setQuery(selectedText)
  }, [selectedText])

  // The text part is this view's own: its query already says it.
  const filter = useMemo(() => without(selection, 'text'), [selection])
  const input = useMemo(
    () => ({
      selection: filter,
      query,
      sort,
      descending: true,
      ...(reportClass !== null && { class: reportClass }),
    }),
    [filter, query, sort, reportClass],
  )
  const head = useQuery('reports.list', { ...input, limit: 1 }, { on: ['facts', 'runs', 'judgements'] })
  const loadPage = useCallback(
    (offset: number, limit: number, signal: AbortSignal) =>
      api.call('reports.list', { ...input, offset, limit }, { signal }),
    // `version` and `path`: the same question has a new answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [input, version, path],
  )
  const classes = head.data?.classes ?? []
  const narrowed = query !== '' || reportClass !== null || !isEmptySelection(filter)

  return (
    <div className="sh-view reports-view" data-testid="reports">
      <PanelHeader
        title={t('reports.title')}
        about={head.data && t('reports.count', { count: head.data.total })}
      >
        <InputGroup
          className="reports-search"
          type="search"
          leftIcon="search"
          placeholder={t('reports.search')}
          aria-label={t('reports.search')}
          title={t('reports.searchHint')}
          data-testid="reports-search"
          value={typed}
          onValueChange={setTyped}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped('')
          }}
          rightElement={
            typed ? (
              <Button
                variant="minimal"
                size="small"
                icon="small-cross"
                aria-label={t('reports.clearSearch')}
                onClick={() => setTyped('')}
              />
            ) : undefined
          }
        />
        {query !== '' && query !== selection.text && (
          <Hint text={t('reports.makeSelectionHint')}>
            <Button
              size="small"
              intent="primary"
              icon="filter"
              disabled={head.data?.total === 0}
              text={t('reports.makeSelection')}
              onClick={() => patch({ text: query })}
            />
          </Hint>
        )}
      </PanelHeader>
      <div className="reports-filters">
        <div role="group" aria-label={t('reports.classFilter')} className="class-chips">
          <ClassChip
            name={t('reports.allClasses')}
            active={reportClass === null}
            onClick={() => setReportClass(null)}
          />
          {classes.map(({ class: name, count }) => (
            <ClassChip
              key={name}
              name={dynamic('common.class', name, name)}
              count={count}
              active={reportClass === name}
              onClick={() => setReportClass(reportClass === name ? null : name)}
            />
          ))}
        </div>
        {reportClass !== null && reportClass !== '' && selection.reportClasses?.[0] !== reportClass && (
          <Button
            size="small"
            variant="minimal"
            icon="filter"
            text={t('pages.reports.selectClass')}
            data-testid="reports-select-class"
            onClick={() => patch({ reportClasses: [reportClass] })}
          />
        )}
        <HTMLSelect
          minimal
          aria-label={t('reports.sort')}
          value={sort}
          onChange={(event) => setSort(event.currentTarget.value as Sort)}
          options={[
            { value: 'time', label: t('reports.sortTime') },
            { value: 'confidence', label: t('reports.sortConfidence') },
          ]}
        />
      </div>
      <ReportList
        label={t('reports.title')}
        loadPage={loadPage}
        query={query}
        empty={
          <EmptyState icon="comment" title={t(narrowed ? 'reports.emptySearchTitle' : 'reports.emptyTitle')}>
            {t(narrowed ? 'reports.emptySearchText' : 'reports.emptyText')}
          </EmptyState>
        }
      />
    </div>
  )
}

function ClassChip(props: { name: string; count?: number; active: boolean; onClick(): void }) {
  const t = useT()
  return (
    <button
      type="button"
      className={`class-chip${props.active ? ' is-active' : ''}`}
      aria-pressed={props.active}
      onClick={props.onClick}
    >
      {props.name}
      {props.count !== undefined && <b>{t('reports.classCount', { count: props.count })}</b>}
    </button>
  )
}
