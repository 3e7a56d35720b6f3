import { Button } from '@blueprintjs/core'
import { useState, type DragEvent } from 'react'
import { toErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { Filling } from '../../frame/filling.tsx'
import { useQuery } from '../../client/use-query.ts'
import { isActive, useJobs } from '../../state/jobs.ts'
import { usePrefs } from '../../state/prefs.ts'
import { formatNumber } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { PanelHeader, Section } from '../../ui/panel.tsx'
import { useToasts } from '../../ui/toast.tsx'
import { droppedPaths, usePicker } from '../../ui/use-picker.tsx'
import { AnalyzeForm } from './analyze-form.tsx'
import { openChanges, useChanges } from './changes/state.ts'
import { useComparable } from './changes/use-comparable.ts'
import { ChangesView } from './changes/view.tsx'
import { InterruptedCard } from './interrupted.tsx'
import { JobList } from './job-list.tsx'
import { MappingDesk } from './mapping/desk.tsx'
import { beginImport, useImportDraft } from './mapping/draft.ts'
import { ProblemList } from './problems/problem-list.tsx'
import { SourceTable } from './source-table.tsx'
import './import.css'

/** Where data comes in and long work is watched: import, jobs, sources, problems, analysis. */
export default function ImportView() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const busy = useJobs((s) => s.jobs.some(isActive))
  const say = useToasts((s) => s.say)
  const { pick, dialog } = usePicker()
  const [dropping, setDropping] = useState(false)
  const sources = useQuery('imports.sources', {}, { on: ['facts'] })

  const changes = useChanges((s) => s.job)
  const newest = useComparable()[0]
  const mapping = useImportDraft((s) => s.paths !== null)
  const start = (paths: string[]) =>
    beginImport(paths).catch((error: unknown) => {
      say(toErrorShape(error).message, 'failed')
    })
  const choose = async () => {
    try {
      const paths = await pick('export')
      if (paths && paths.length > 0) await start(paths)
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setDropping(false)
    const paths = droppedPaths(event)
    if (paths.length > 0) void start(paths)
  }
  // An import that is being prepared waits behind it.
  if (changes !== null) return <ChangesView key={changes} job={changes} />
  if (mapping)
    return (
      <Filling panel="import" width={1000} height={640}>
        <MappingDesk />
      </Filling>
    )
  const rows = (sources.data ?? []).reduce((sum, source) => sum + source.rowsStored, 0)
  const about = sources.data
    ? t('import.about', { count: sources.data.length, rows: formatNumber(rows, language) })
    : ''
  return (
    <div
      className={`sh-view sh-import${dropping ? ' is-dropping' : ''}`}
      onDragOver={(event) => {
        if (!window.shoal?.pathOf) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={drop}
    >
      <PanelHeader title={t('import.title')} about={about}>
        {newest && (
          <Button
            size="small"
            variant="minimal"
            icon="changes"
            text={t('changes.open')}
            title={t('changes.openAbout')}
            data-testid="import-changes"
            onClick={() => openChanges(newest.job)}
          />
        )}
        <Button
          size="small"
          variant="minimal"
          icon="endorsed"
          disabled={busy}
          text={t('jobs.check.start')}
          title={t('jobs.check.startAbout')}
          data-testid="workspace-check"
          onClick={() => void api.call('workspace.check', {})}
        />
        <Button
          size="small"
          intent="primary"
          icon="import"
          disabled={busy}
          text={t('import.start')}
          data-testid="import-start"
          onClick={() => void choose()}
        />
      </PanelHeader>
      <div className="sh-scroll sh-import-columns">
        <div>
          <Section title={t('import.jobs')}>
            <InterruptedCard />
            <JobList />
          </Section>
          <Section title={t('import.sources')}>
            <SourceTable sources={sources} />
          </Section>
        </div>
        <div>
          <Section title={t('import.analyze.title')}>
            <AnalyzeForm disabled={busy} />
          </Section>
          <Section title={t('import.problems.title')} testId="problems">
            <ProblemList />
          </Section>
        </div>
      </div>
      {dialog}
    </div>
  )
}
