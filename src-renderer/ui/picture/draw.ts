import { api } from '../../client/api.ts'
import type { PanelId } from '../../state/layout.ts'
import { usePrefs, type Language, type Theme } from '../../state/prefs.ts'
import { useWorkspace } from '../../state/workspace.ts'
import { translate } from '../i18n/index.ts'
import { domScene } from './dom-scene.ts'
import { composeFigure, type FigureColors } from './figure.ts'
import { embeddedFonts, loadFonts } from './fonts.ts'
import { paintScene } from './paint.ts'
import { provenanceWords, runWords } from './provenance.ts'
import type { Scene } from './scene.ts'
import { pictureSource } from './sources.ts'
import { PICTURE_FONT, sceneToSvg } from './svg.ts'

export interface FigureOptions {
  caption: string
  theme: Theme
  language: Language
}

const frame = () => new Promise((done) => requestAnimationFrame(done))
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))
/** Views draw again after a change of theme or language; there is no word of when all have. */
const REDRAW_MS = 350

/** Waits until the page is in a theme and a language, and its views have had time to follow. */
async function shownIn({ theme, language }: FigureOptions): Promise<void> {
  const { documentElement: root } = document
  const until = performance.now() + 5000
  while ((root.dataset['theme'] !== theme || root.lang !== language) && performance.now() < until)
    await frame()
  await wait(REDRAW_MS)
}

/** The element that holds a panel's view; null while it is not on the screen. */
export const panelElement = (panel: PanelId): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-testid="panel-${panel}"]`)

/** What a panel shows now: as its view offers it (sources.ts), else read from the page. */
export async function drawPanel(panel: PanelId): Promise<Scene | null> {
  const offered = await pictureSource(panel)?.()
  if (offered) return offered
  const element = panelElement(panel)
  return element && element.offsetWidth > 0 ? domScene(element) : null
}

/** The theme's colours as they are in force on the page. */
function figureColors(): FigureColors {
  const style = getComputedStyle(document.documentElement)
  const get = (name: string) => style.getPropertyValue(`--sh-${name}`).trim()
  return {
    background: get('panel'),
    text: get('text'),
    quiet: get('quiet'),
    line: get('line'),
    amber: get('amber'),
  }
}

let pen: CanvasRenderingContext2D | null = null
function measure(text: string, size: number, weight: 400 | 600): number {
  pen ??= document.createElement('canvas').getContext('2d')!
  pen.font = `${weight} ${size}px ${PICTURE_FONT}`
  return pen.measureText(text).width
}

/** The selection in words, as the bar above says it; '' where nothing is selected. */
function filterWords(): string {
  const chips = [...document.querySelectorAll<HTMLElement>('.sh-sentence [data-testid^="chip-"]')]
  const separator = usePrefs.getState().language === 'en' ? '; ' : '；'
  return chips
    .map((chip) => chip.innerText.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '')
    .join(separator)
}

/**
 * A panel as a picture with caption and footer, in a theme and a language: the whole app is switched for the moment of
 * drawing, because canvases and texts come in the theme and language they are drawn in. Null when there is nothing.
 */
export async function drawFigure(panel: PanelId, options: FigureOptions): Promise<Scene | null> {
  const { language, resolvedTheme } = usePrefs.getState()
  const other = language !== options.language || resolvedTheme !== options.theme
  if (other) {
    usePrefs.setState({ language: options.language, resolvedTheme: options.theme })
    await shownIn(options)
  }
  try {
    await frame()
    const view = await drawPanel(panel)
    const { info, host } = useWorkspace.getState()
    if (!view || !info) return null
    const runs = await runWords(info, await api.call('runs.list', {}), translate)
    const words = provenanceWords(
      {
        info,
        host,
        runs,
        filter: filterWords(),
        now: Date.now(),
        zone: -new Date().getTimezoneOffset(),
        hidden: usePrefs.getState().hideNames,
      },
      translate,
      options.language,
    )
    const said = {
      items: [
        {
          kind: 'text' as const,
          x: 0,
          y: 0,
          size: 12,
          fill: '',
          weight: 600 as const,
          text: options.caption + words.footer.join(''),
        },
      ],
    }
    await loadFonts({ ...view, items: [...view.items, ...said.items, { ...said.items[0]!, weight: 400 }] })
    return composeFigure(view, { caption: options.caption, ...words }, figureColors(), measure)
  } finally {
    if (other) usePrefs.setState({ language, resolvedTheme })
  }
}

export async function figurePng(figure: Scene, scale: number): Promise<Blob> {
  await loadFonts(figure)
  const canvas = await paintScene(figure, scale)
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error('picture_failed'))), 'image/png'),
  )
}

export async function figureSvg(figure: Scene, caption: string, language: Language): Promise<Blob> {
  const css = await embeddedFonts(figure)
  const title = caption || useWorkspace.getState().info?.name || 'Shoal'
  return new Blob([sceneToSvg(figure, { css, title, language })], { type: 'image/svg+xml' })
}
