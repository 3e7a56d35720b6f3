import { Button, HTMLSelect, PopoverNext, Tab, Tabs } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { UndoToast, useDone } from '../accounts/undo-toast.tsx'
import { NewCase } from './add-to-case.tsx'
import { CasePage } from './case-page.tsx'
import { useCurrentCase } from './current-case.ts'
import { ExportDialog } from './export-dialog.tsx'
import { Journal } from './journal.tsx'
import { VerifyDialog } from './verify.tsx'
import './case.css'

type TabId = 'case' | 'journal'

/** The investigation itself: what it holds, what was said of it, its evidence pack, and the journal of it all. */
export default function CaseView() {
  const t = useT()
  const [tab, setTab] = useState<TabId>('case')
  const [exporting, setExporting] = useState(false)
  const [verifying, setVerifying] = useState(false)
  const { done, act, dismiss } = useDone()
  const cases = useQuery('cases.list', {}, { on: ['cases', 'notes'] })
  const { id, choose } = useCurrentCase()
  const list = cases.data
  const chosen = list?.find((c) => c.id === id) ?? list?.[0]
  const detail = useQuery('cases.get', chosen ? { id: chosen.id } : null, {
    on: ['cases', 'notes', 'judgements', 'runs'],
  })
  const shown = detail.data && detail.data.id === chosen?.id ? detail.data : undefined
  // A workspace without its old cases must not keep showing one.
  useEffect(() => {
    if (list && id !== null && !list.some((c) => c.id === id)) choose(null)
  }, [list, id, choose])
  const create = async (name: string) => {
    await act(async () => {
      const made = await api.call('cases.create', { name })
      choose(made.id)
      setTab('case')
    }, t('case.created'))
  }

  return (
    <div className="sh-view case-view" data-testid="case">
      <PanelHeader title={t('case.title')}>
        {list && list.length > 0 && (
          <HTMLSelect
            aria-label={t('case.choose')}
            data-testid="case-choose"
            value={chosen?.id ?? ''}
            onChange={(event) => choose(Number(event.currentTarget.value))}
            options={list.map((c) => ({ value: c.id, label: c.name }))}
          />
        )}
        {list && list.length > 0 && (
          <PopoverNext
            placement="bottom-end"
            arrow={false}
            animation="minimal"
            content={
              <div className="add-to-case">
                <NewCase label={t('case.create')} onCreate={create} autoFocus />
              </div>
            }
          >
            <Button size="small" icon="plus" text={t('case.new')} data-testid="case-new" />
          </PopoverNext>
        )}
        <Button
          size="small"
          icon="endorsed"
          text={t('case.verifyOther')}
          onClick={() => setVerifying(true)}
        />
        {chosen && (
          <Button
            size="small"
            intent="primary"
            icon="export"
            text={t('case.export')}
            data-testid="case-export"
            disabled={!shown || shown.items.length === 0}
            title={shown && shown.items.length === 0 ? t('case.nothingToExport') : undefined}
            onClick={() => setExporting(true)}
          />
        )}
      </PanelHeader>
      <Tabs
        id="case-tabs"
        className="case-tabs"
        selectedTabId={tab}
        onChange={(next) => setTab(next as TabId)}
        renderActiveTabPanelOnly
      >
        <Tab
          id="case"
          title={t('case.tab.case')}
          panelClassName="case-panel"
          panel={
            <>
              {cases.error && <ErrorState error={cases.error} onRetry={cases.refetch} />}
              {!list && !cases.error && <Spinner />}
              {list?.length === 0 && (
                <EmptyState
                  icon="briefcase"
                  title={t('case.emptyTitle')}
                  action={<NewCase label={t('case.create')} onCreate={create} />}
                >
                  {t('case.emptyText')}
                </EmptyState>
              )}
              {detail.error && <ErrorState error={detail.error} onRetry={detail.refetch} />}
              {chosen && !shown && !detail.error && <Spinner />}
              {shown && <CasePage key={shown.id} detail={shown} act={act} />}
            </>
          }
        />
        <Tab id="journal" title={t('case.tab.journal')} panelClassName="case-panel" panel={<Journal />} />
      </Tabs>
      {shown && <ExportDialog detail={shown} isOpen={exporting} onClose={() => setExporting(false)} />}
      <VerifyDialog isOpen={verifying} onClose={() => setVerifying(false)} />
      <UndoToast done={done} dismiss={dismiss} />
    </div>
  )
}
