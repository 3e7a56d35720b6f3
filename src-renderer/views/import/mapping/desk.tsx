import { Button, Callout } from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import { toErrorShape } from '../../../../src-main/common/errors.ts'
import { columnsUsed } from '../../../../src-main/common/mapping/mapping.ts'
import { api } from '../../../client/api.ts'
import { usePrefs } from '../../../state/prefs.ts'
import { formatNumber } from '../../../ui/format.ts'
import { useT } from '../../../ui/i18n/index.ts'
import { PanelHeader } from '../../../ui/panel.tsx'
import { ErrorState, Spinner } from '../../../ui/states.tsx'
import { useToasts } from '../../../ui/toast.tsx'
import { useSettled } from '../../../ui/use-settled.ts'
import { ColumnTable } from './column-table.tsx'
import {
  draftMapping,
  incomplete,
  lookAgain,
  leaveDraft,
  mayStart,
  useImportDraft,
  type Shape,
} from './draft.ts'
import { IdentityRules } from './identity-rules.tsx'
import { PreviewPane } from './preview-pane.tsx'
import { ListLabel } from './list-label.tsx'
import { NullWords } from './null-words.tsx'
import { ReadSettings } from './read-settings.tsx'
import { RetryRead, useRetryWords } from '../problems/retry-read.tsx'
import { RowKind } from './row-kind.tsx'
import { ShapeList } from './shape-list.tsx'
import './mapping.css'

/** Where a person says what the columns of files mean, before they are imported. */
export function MappingDesk() {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const draft = useImportDraft()
  const { paths, looking, look, error, shapes, chosen } = draft
  const shape = shapes.find(({ key }) => key === chosen) ?? null
  usePreview(shapes)
  const retryWords = useRetryWords()
  if (!paths) return null
  const files = look?.files.length ?? paths.length
  const { retry } = draft
  return (
    <div className="sh-view sh-mapping" data-testid="mapping">
      <PanelHeader
        title={retry ? t('problems.retry.title') : t('mapping.title')}
        about={retryWords ?? t('mapping.about', { count: files, files: formatNumber(files, language) })}
      >
        <Button
          size="small"
          text={t('common.cancel')}
          data-testid="mapping-cancel"
          onClick={() => leaveDraft()}
        />
        <StartButton />
      </PanelHeader>
      {error && (
        <div className="sh-mapping-error">
          <ErrorState error={error} onRetry={() => void lookAgain(paths, draft.reads)} />
        </div>
      )}
      {!error && !look && <Spinner label={t('mapping.looking')} />}
      {look && !error && (
        <div className="sh-mapping-parts" aria-busy={looking}>
          <ShapeList />
          <div className="sh-mapping-main sh-scroll">
            {shape ? (
              <ShapeEditor key={shape.key} shape={shape} />
            ) : (
              <Callout intent="warning">{t('mapping.nothing')}</Callout>
            )}
          </div>
        </div>
      )}
    </div>
  )
}

function ShapeEditor({ shape }: { shape: Shape }) {
  const t = useT()
  const notes = useNotes(shape)
  const retry = useImportDraft((s) => s.retry)
  return (
    <>
      <div className="sh-mapping-head">
        <RowKind shape={shape} />
        {retry ? <RetryRead shape={shape} /> : <ReadSettings shape={shape} />}
      </div>
      <div className="sh-mapping-read">
        <ListLabel shape={shape} />
        <NullWords shape={shape} />
      </div>
      {notes.length > 0 && (
        <ul className="sh-mapping-notes" aria-label={t('mapping.notes')}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <ColumnTable shape={shape} />
      <IdentityRules />
      <PreviewPane shape={shape} />
    </>
  )
}

/** What is to be known of how the shape's tables were read, each thing once. */
function useNotes(shape: Shape): string[] {
  const t = useT()
  const language = usePrefs((s) => s.language)
  const words = shape.tables.flatMap(({ table }) =>
    table.notes.map(({ code, params }) => {
      const shown = Object.entries(params).map(([name, value]) => [
        name,
        typeof value === 'number' ? formatNumber(value, language) : value,
      ])
      return t(`mapping.read.${code}`, Object.fromEntries(shown) as Record<string, string>)
    }),
  )
  // What a guess says of no column in particular, and its sureness does not say.
  const guessed = shape.tables.flatMap(({ table }) =>
    (table.guess?.notes ?? []).flatMap(({ code, column }) =>
      column === null && (code === 'label_by_name' || code === 'row_numbers_as_ids')
        ? [t(`mapping.note.${code}`)]
        : [],
    ),
  )
  return [...new Set([...words, ...guessed])]
}

/** Asks what the first rows would become, when nothing has changed for a moment. */
function usePreview(shapes: readonly Shape[]): void {
  const paths = useImportDraft((s) => s.paths)
  const retry = useImportDraft((s) => s.retry)
  const identity = useImportDraft((s) => s.identity)
  const ready = useImportDraft(mayStart)
  const settled = useSettled(shapes, 400)
  const settledIdentity = useSettled(identity, 400)
  useEffect(() => {
    if (!paths || !ready || settled.length === 0) return
    const controller = new AbortController()
    const mapping = draftMapping({ shapes: [...settled], identity: settledIdentity }, 'preview')
    const { signal } = controller
    const asked = retry
      ? api.call('problems.preview', { ...retry, mapping }, { signal })
      : api.call('imports.preview', { paths, mapping }, { signal })
    asked.then(
      (preview) => {
        if (!controller.signal.aborted) useImportDraft.setState({ preview, previewError: null })
      },
      (error: unknown) => {
        if (!controller.signal.aborted)
          useImportDraft.setState({ preview: null, previewError: toErrorShape(error) })
      },
    )
    return () => controller.abort()
  }, [paths, retry, ready, settled, settledIdentity])
}

/** Starts the import, and saves the mapping for the next export where that is wanted. */
function StartButton() {
  const t = useT()
  const ready = useImportDraft(mayStart)
  const missing = useImportDraft((s) => incomplete(s.shapes).length)
  const retry = useImportDraft((s) => s.retry !== null)
  const say = useToasts((s) => s.say)
  const [busy, setBusy] = useState(false)
  const [remember, setRemember] = useState(false)
  const [name, setName] = useState('')
  const wanted = name.trim() || t('mapping.unnamed')
  const start = async () => {
    const draft = useImportDraft.getState()
    if (!draft.paths) return
    setBusy(true)
    try {
      const mapping = draftMapping(draft, wanted)
      if (remember) {
        // The next export may have more columns or fewer: only those that are used tell it.
        const tables = mapping.tables
          .filter(({ outputs }) => outputs.length > 0)
          .map((table) => ({ ...table, match: { ...table.match, columns: columnsUsed(table) } }))
        await api.call('mappings.save', { mapping: { ...mapping, tables } })
      }
      if (draft.retry) await api.call('problems.retry', { ...draft.retry, mapping })
      else await api.call('imports.start', { paths: draft.paths, analyze: true, mapping })
      leaveDraft(true)
    } catch (error) {
      say(toErrorShape(error).message, 'failed')
    }
    setBusy(false)
  }
  return (
    <>
      <label className="sh-mapping-remember">
        <input
          type="checkbox"
          checked={remember}
          data-testid="mapping-remember"
          onChange={(event) => setRemember(event.currentTarget.checked)}
        />
        {t('mapping.remember')}
      </label>
      {remember && (
        <input
          className="bp6-input bp6-small"
          aria-label={t('mapping.name')}
          placeholder={t('mapping.unnamed')}
          value={name}
          maxLength={120}
          data-testid="mapping-name"
          onChange={(event) => setName(event.currentTarget.value)}
        />
      )}
      <Button
        size="small"
        intent="primary"
        icon={retry ? 'repeat' : 'import'}
        disabled={!ready || busy}
        loading={busy}
        title={missing > 0 ? t('mapping.missing', { count: missing }) : undefined}
        text={retry ? t('problems.retry.start') : t('mapping.start')}
        data-testid="mapping-start"
        onClick={() => void start()}
      />
    </>
  )
}
