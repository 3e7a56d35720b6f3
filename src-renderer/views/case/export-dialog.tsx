import { Button, Dialog, DialogBody, DialogFooter, InputGroup, ProgressBar, Switch } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import type { CaseDetail, PackResult } from '../../../src-main/common/contract/cases.ts'
import { toErrorShape, type ErrorShape } from '../../../src-main/common/errors.ts'
import { api } from '../../client/api.ts'
import { useQuery } from '../../client/use-query.ts'
import { useJobs } from '../../state/jobs.ts'
import { usePrefs } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { formatBytes } from '../../ui/format.ts'
import { useT } from '../../ui/i18n/index.ts'
import { KeyValue } from '../../ui/panel.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { HashText, NumberText } from '../../ui/text.tsx'
import { dataUrl, drawSteps } from '../story/draw-steps.ts'
import { VerifyButton } from './verify.tsx'

/** More steps than this are drawn smaller: all of them travel at once. */
const LARGE_UP_TO = 40

/** Writes the case's evidence pack, says where it is, and checks it on the spot. */
export function ExportDialog(props: { detail: CaseDetail; isOpen: boolean; onClose(): void }) {
  const t = useT()
  const host = useWorkspace((s) => s.host)
  const [folder, setFolder] = useState('')
  const [pseudonyms, setPseudonyms] = useState(false)
  const [pictured, setPictured] = useState(true)
  const [drawing, setDrawing] = useState<{ n: number; total: number } | null>(null)
  const [jobId, setJobId] = useState<number | null>(null)
  const [error, setError] = useState<ErrorShape | null>(null)
  const job = useJobs((s) => s.jobs.find((j) => j.id === jobId))
  const { detail, isOpen } = props
  const stories = useQuery('stories.list', isOpen ? { caseId: detail.id } : null, { on: ['judgements'] })
  const told = (stories.data ?? []).filter((story) => story.steps > 0)
  const steps = told.reduce((sum, story) => sum + story.steps, 0)
  useEffect(() => {
    if (!isOpen) return
    setJobId(null)
    setError(null)
    setFolder((old) => old || (host?.documentsDir ?? ''))
  }, [isOpen, host?.documentsDir])

  const running = drawing !== null || job?.status === 'running' || job?.status === 'queued'
  const start = async () => {
    setError(null)
    try {
      const pictures = pictured && steps > 0 ? await draw() : []
      const started = await api.call('evidence.export', {
        caseId: detail.id,
        out: folder.trim(),
        pseudonyms,
        pictures,
      })
      useJobs.getState().put(started)
      setJobId(started.id)
    } catch (failure) {
      setError(toErrorShape(failure))
    }
    setDrawing(null)
  }
  /** What the steps show; identities hidden where the pack hides them. */
  const draw = async () => {
    const whole = await Promise.all(told.map(({ id }) => api.call('stories.get', { id })))
    const drawn = await drawSteps(whole, {
      theme: 'light',
      scale: steps > LARGE_UP_TO ? 1 : 1.5,
      // Who hides identities on this screen does not want them shown for the moment of drawing either.
      ...(pseudonyms && { hide: true }),
      onStep: (n, total) => setDrawing({ n, total }),
    })
    return Promise.all(
      [...drawn].map(async ([stepId, picture]) => ({
        stepId,
        png: (await dataUrl(picture)).replace(/^[^,]*,/, ''),
      })),
    )
  }
  const browse = async () => {
    try {
      const picked = await api.call('host.pick', { what: 'folder' })
      if (picked?.[0]) setFolder(picked[0])
    } catch (failure) {
      setError(toErrorShape(failure))
    }
  }
  const result = job?.status === 'done' ? (job.result as unknown as PackResult | null) : null
  return (
    <Dialog
      isOpen={isOpen}
      onClose={props.onClose}
      title={t('case.exportTitle', { name: detail.name })}
      className="case-dialog"
      data-testid="export-dialog"
    >
      <DialogBody>
        {!result && (
          <>
            <p className="sh-quiet">{t('case.exportText')}</p>
            <label className="case-field">
              <span>{t('case.folder')}</span>
              <span className="case-field-row">
                <InputGroup
                  fill
                  value={folder}
                  disabled={running}
                  data-testid="export-folder"
                  onValueChange={setFolder}
                />
                {host?.nativeDialogs && (
                  <Button text={t('case.browse')} disabled={running} onClick={() => void browse()} />
                )}
              </span>
            </label>
            <Switch
              checked={pseudonyms}
              disabled={running}
              label={t('case.pseudonyms')}
              onChange={(event) => setPseudonyms(event.currentTarget.checked)}
            />
            <p className="sh-quiet case-hint">{t('case.pseudonymsHint')}</p>
            {steps > 0 && (
              <>
                <Switch
                  checked={pictured}
                  disabled={running}
                  label={t('case.pictures', { count: steps })}
                  data-testid="export-pictures"
                  onChange={(event) => setPictured(event.currentTarget.checked)}
                />
                <p className="sh-quiet case-hint">{t('case.picturesHint')}</p>
              </>
            )}
          </>
        )}
        {running && (
          <div role="status" className="case-progress">
            <p>{drawing ? t('story.exporting', drawing) : t('case.writing')}</p>
            <ProgressBar {...(job && job.fraction !== null && { value: job.fraction })} />
          </div>
        )}
        {error && <ErrorState error={error} compact />}
        {job?.status === 'failed' && job.error && <ErrorState error={job.error} compact />}
        {(job?.status === 'cancelled' || job?.status === 'interrupted') && <p>{t('case.cancelled')}</p>}
        {result && <PackDone result={result} />}
      </DialogBody>
      <DialogFooter
        actions={
          result ? (
            // The button that was pressed is gone: without a new home for the focus Escape would not close.
            <Button autoFocus text={t('common.close')} data-testid="export-close" onClick={props.onClose} />
          ) : (
            <>
              {running && job && (
                <Button
                  text={t('common.cancel')}
                  onClick={() => void api.call('jobs.cancel', { id: job.id }).catch(() => {})}
                />
              )}
              <Button
                intent="primary"
                text={t('case.start')}
                data-testid="export-start"
                disabled={running || folder.trim() === ''}
                onClick={() => void start()}
              />
            </>
          )
        }
      />
    </Dialog>
  )
}

function PackDone(props: { result: PackResult }) {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const { result } = props
  return (
    <div data-testid="export-result">
      <p className="sh-empty-title">{t('case.written')}</p>
      <KeyValue
        rows={[
          { key: 'path', name: t('case.path'), value: <span className="sh-mono">{result.path}</span> },
          { key: 'files', name: t('case.files'), value: <NumberText value={result.files} /> },
          { key: 'size', name: t('case.size'), value: formatBytes(result.bytes, language) },
          {
            key: 'manifest',
            name: t('case.manifest'),
            value: <HashText hash={result.manifestSha256} />,
          },
        ]}
      />
      <VerifyButton path={result.path} />
    </div>
  )
}
