import { Button } from '@blueprintjs/core'
import { api } from '../../client/api.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { useLayout } from '../../state/layout.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT } from '../../ui/i18n/index.ts'
import { EmptyState } from '../../ui/states.tsx'
import { Map } from './map.tsx'
import './stage.css'
import './map.css'
import './side.css'
import './strip.css'

export default function MapView() {
  const t = useT()
  const info = useWorkspace((s) => s.info)
  const running = useJobs((s) => s.jobs.find(isActive))
  const show = useLayout((s) => s.show)
  if (info && info.runs.layout === undefined) {
    if (running)
      return (
        <EmptyState icon="graph" title={t('map.working.title')}>
          {t('map.working.text')}
        </EmptyState>
      )
    const empty = info.counts.accounts === 0
    return (
      <EmptyState
        icon="graph"
        title={empty ? t('map.empty.title') : t('map.notAnalyzed.title')}
        action={
          empty ? (
            <Button intent="primary" text={t('map.empty.action')} onClick={() => show('import')} />
          ) : (
            <Button
              intent="primary"
              text={t('map.notAnalyzed.action')}
              onClick={() => void api.call('analysis.start', {})}
            />
          )
        }
      >
        {empty ? t('map.empty.text') : t('map.notAnalyzed.text')}
      </EmptyState>
    )
  }
  return <Map />
}
