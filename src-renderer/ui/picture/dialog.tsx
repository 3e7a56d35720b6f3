import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  HTMLSelect,
  SegmentedControl,
  TextArea,
} from '@blueprintjs/core'
import { useEffect, useState } from 'react'
import { create } from 'zustand'
import type { PanelId } from '../../state/layout.ts'
import { usePrefs, type Language, type Theme } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { useT, type MessageKey } from '../i18n/index.ts'
import { fileName, saveFile } from '../save-file.ts'
import { Spinner } from '../states.tsx'
import { useToasts } from '../toast.tsx'
import { drawFigure, figurePng, figureSvg } from './draw.ts'
import { MAX_PIXELS, paintScene } from './paint.ts'
import type { Scene } from './scene.ts'
import './picture.css'

interface PictureState {
  /** The panel whose picture is exported; null: the dialog is closed. */
  panel: PanelId | null
  open(panel: PanelId): void
  close(): void
}
export const usePicture = create<PictureState>()((set) => ({
  panel: null,
  open: (panel) => set({ panel }),
  close: () => set({ panel: null }),
}))

/** Export of the panel in front: preview, caption, size, theme, language; saved through the host. */
export function PictureDialog() {
  const panel = usePicture((s) => s.panel)
  return panel ? <Open key={panel} panel={panel} /> : null
}

const SCALES = [1, 2, 3]
const PREVIEW_WIDTH = 560

function Open({ panel }: { panel: PanelId }) {
  const t = useT()
  const close = usePicture((s) => s.close)
  const say = useToasts((s) => s.say)
  const hidden = usePrefs((s) => s.hideNames)
  const name = useWorkspace((s) => s.info?.name ?? 'shoal')
  const [theme, setTheme] = useState<Theme>(() => usePrefs.getState().resolvedTheme)
  const [language, setLanguage] = useState<Language>(() => usePrefs.getState().language)
  const [format, setFormat] = useState<'png' | 'svg'>('png')
  const [scale, setScale] = useState(2)
  const [caption, setCaption] = useState('')
  const [figure, setFigure] = useState<Scene | null>(null)
  const [preview, setPreview] = useState('')
  const [problem, setProblem] = useState<MessageKey | null>(null)
  const [busy, setBusy] = useState(true)

  useEffect(() => {
    let live = true
    const timer = setTimeout(
      () => {
        setBusy(true)
        drawFigure(panel, { caption, theme, language })
          .then(async (drawn) => {
            if (!live) return
            setProblem(drawn ? null : 'picture.nothing')
            setFigure(drawn)
            if (!drawn) return setPreview('')
            const canvas = await paintScene(drawn, Math.min(2, (2 * PREVIEW_WIDTH) / drawn.width))
            if (live) setPreview(canvas.toDataURL())
          })
          .catch(() => live && setProblem('picture.failed'))
          .finally(() => live && setBusy(false))
      },
      preview === '' ? 0 : 400,
    )
    return () => {
      live = false
      clearTimeout(timer)
    }
    // The preview's own arrival is no reason to draw it again.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [panel, caption, theme, language])

  const save = async () => {
    if (!figure) return
    setBusy(true)
    try {
      const blob =
        format === 'png' ? await figurePng(figure, scale) : await figureSvg(figure, caption, language)
      const title = caption || `${name} ${t(`frame.place.${panel}` as MessageKey)}`
      const file = fileName(title, format)
      saveFile(blob, file)
      say(t('picture.saved', { file }))
      close()
    } catch (error) {
      setProblem(error instanceof RangeError ? 'picture.tooLarge' : 'picture.failed')
      setBusy(false)
    }
  }
  const languages: { value: Language; label: string }[] = [
    { value: 'en', label: t('story.languageName.en') },
    { value: 'zh-CN', label: t('story.languageName.zh') },
  ]
  return (
    <Dialog
      isOpen
      onClose={close}
      className="sh-picture-dialog"
      title={t('picture.title', { panel: t(`frame.place.${panel}` as MessageKey) })}
    >
      <DialogBody>
        <div className="sh-picture-preview" aria-busy={busy} data-testid="picture-dialog">
          {preview !== '' && <img src={preview} alt={t('picture.preview')} data-testid="picture-preview" />}
          {busy && <Spinner label={t('picture.drawing')} />}
        </div>
        {problem && (
          <p role="alert" className="sh-picture-problem">
            {t(problem)}
          </p>
        )}
        <label className="sh-picture-field">
          <span>{t('picture.caption')}</span>
          <TextArea
            fill
            rows={2}
            maxLength={600}
            value={caption}
            placeholder={t('picture.captionHint')}
            data-testid="picture-caption"
            onChange={(event) => setCaption(event.currentTarget.value)}
          />
        </label>
        <div className="sh-picture-row">
          <label className="sh-picture-field">
            <span>{t('picture.format')}</span>
            <SegmentedControl
              size="small"
              value={format}
              aria-label={t('picture.format')}
              data-testid="picture-format"
              onValueChange={(value) => setFormat(value as 'png' | 'svg')}
              options={[
                { value: 'png', label: t('picture.png') },
                { value: 'svg', label: t('picture.svg') },
              ]}
            />
          </label>
          {format === 'png' && figure && (
            <label className="sh-picture-field">
              <span>{t('picture.scale')}</span>
              <HTMLSelect
                value={scale}
                data-testid="picture-scale"
                onChange={(event) => setScale(Number(event.currentTarget.value))}
                options={SCALES.map((n) => ({
                  value: n,
                  disabled: figure.width * figure.height * n * n > MAX_PIXELS,
                  label: t('picture.scaleOption', {
                    n,
                    width: Math.round(figure.width * n),
                    height: Math.round(figure.height * n),
                  }),
                }))}
              />
            </label>
          )}
          <label className="sh-picture-field">
            <span>{t('picture.theme')}</span>
            <HTMLSelect
              value={theme}
              data-testid="picture-theme"
              onChange={(event) => setTheme(event.currentTarget.value as Theme)}
              options={(['light', 'dark'] as const).map((value) => ({
                value,
                label: t(`frame.theme.${value}`),
              }))}
            />
          </label>
          <label className="sh-picture-field">
            <span>{t('picture.language')}</span>
            <HTMLSelect
              value={language}
              data-testid="picture-language"
              onChange={(event) => setLanguage(event.currentTarget.value as Language)}
              options={languages}
            />
          </label>
        </div>
        {format === 'svg' && <p className="sh-quiet">{t('picture.svgAbout')}</p>}
        <p className={hidden ? 'sh-quiet' : 'sh-picture-warning'}>
          {t(hidden ? 'picture.hidden' : 'picture.shown')}
        </p>
      </DialogBody>
      <DialogFooter
        actions={
          <>
            <Button text={t('common.cancel')} onClick={close} />
            <Button
              intent="primary"
              icon="floppy-disk"
              text={t('picture.save')}
              disabled={!figure || busy}
              data-testid="picture-save"
              onClick={() => void save()}
            />
          </>
        }
      />
    </Dialog>
  )
}
