import { Button } from '@blueprintjs/core'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { TabPanel, Tabs, useTabIds } from '../../ui/tabs.tsx'
import { BenchTab } from './bench/bench-tab.tsx'
import { ScoreTab } from './models/score-tab.tsx'
import { QueueTab } from './queue/queue-tab.tsx'
import { RunsTab } from './runs/runs-tab.tsx'
import { TABS, useLab } from './store.ts'
import { ValidationTab } from './validation/validation-tab.tsx'
import './lab.css'

/** Where scores are made, labelled for, compared and doubted. */
export default function LabView() {
  const t = useT()
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  const tab = useLab((s) => s.tab)
  const put = useLab((s) => s.put)
  const ids = useTabIds()
  const labels = useQuery('labels.state', {}, { on: ['facts', 'judgements'] })

  const body = () => {
    if (accounts === 0)
      return (
        <EmptyState
          icon="lab-test"
          title={t('design.noData.title')}
          action={
            <Button
              intent="primary"
              icon="import"
              text={t('design.noData.action')}
              onClick={() => useLayout.getState().show('import')}
            />
          }
        >
          {t('lab.noData')}
        </EmptyState>
      )
    switch (tab) {
      case 'score':
        return <ScoreTab labels={labels} />
      case 'queue':
        return <QueueTab labels={labels} />
      case 'bench':
        return <BenchTab labels={labels.data} />
      case 'validation':
        return <ValidationTab labels={labels.data} />
      case 'runs':
        return <RunsTab />
    }
  }
  return (
    <div className="sh-view sh-lab" data-testid="lab">
      <PanelHeader title={t('lab.title')} about={t(`lab.tabAbout.${tab}`)}>
        <Tabs
          label={t('lab.title')}
          ids={ids}
          tabs={TABS.map((id) => ({
            id,
            label: t(`lab.tab.${id}`),
            ...(id === 'queue' && { count: labels.data?.disagreements }),
          }))}
          value={tab}
          onChange={(next) => put({ tab: next })}
          testId="lab-tab"
        />
      </PanelHeader>
      <TabPanel id={tab} ids={ids} className="sh-lab-body">
        {body()}
      </TabPanel>
    </div>
  )
}
