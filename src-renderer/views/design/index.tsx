import { Button, SegmentedControl } from '@blueprintjs/core'
import { useQuery } from '../../client/use-query.ts'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader } from '../../ui/panel.tsx'
import { EmptyState, ErrorState, Spinner } from '../../ui/states.tsx'
import { CompareTab } from './compare.tsx'
import { DetectorsTab } from './detectors.tsx'
import { EditorTab } from './editor.tsx'
import { Notice, useNotice } from './notice.tsx'
import { TABS, useDesign, type Tab } from './store.ts'
import './design.css'
import './preview.css'
import './compare.css'

/** Where graphs are designed: recipes, their preview, and built designs side by side. */
export default function DesignView() {
  const t = useT()
  const accounts = useWorkspace((s) => s.info?.counts.accounts ?? 0)
  const tab = useDesign((s) => s.tab)
  const put = useDesign((s) => s.put)
  const designs = useQuery('designs.list', {}, { on: ['runs', 'facts'] })
  const detectors = useQuery('detectors.list', {}, { on: [] })
  const { said, say, dismiss } = useNotice()

  const body = () => {
    if (accounts === 0)
      return (
        <EmptyState
          icon="data-lineage"
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
          {t('design.noData.text')}
        </EmptyState>
      )
    if (designs.error && !designs.data) return <ErrorState error={designs.error} onRetry={designs.refetch} />
    if (!designs.data) return <Spinner />
    if (tab === 'compare') return <CompareTab designs={designs.data} say={say} />
    if (tab === 'detectors') return <DetectorsTab designs={designs.data} detectors={detectors} say={say} />
    return <EditorTab designs={designs.data} detectors={detectors.data ?? []} say={say} />
  }
  return (
    <div className="sh-view sh-design" data-testid="design">
      <PanelHeader title={t('design.title')} about={t('design.about')}>
        <SegmentedControl
          size="small"
          value={tab}
          aria-label={t('design.title')}
          onValueChange={(value) => put({ tab: value as Tab })}
          options={TABS.map((value) => ({
            value,
            label: t(`design.tab.${value}`),
            'data-testid': `design-tab-${value}`,
          }))}
        />
      </PanelHeader>
      <div className="sh-design-body">{body()}</div>
      <Notice said={said} dismiss={dismiss} />
    </div>
  )
}
