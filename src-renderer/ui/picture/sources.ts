import { useEffect, useRef } from 'react'
import type { PanelId } from '../../state/layout.ts'
import type { Scene } from './scene.ts'

/** Draws a panel as it stands, its legend with it; null when there is nothing to draw. */
export type PictureSource = () => Scene | null | Promise<Scene | null>

/** Sent to a canvas before it is read: what WebGL has drawn is gone once it was shown, and has to be drawn again. */
export const BEFORE_READING = 'shoal-before-reading'

const sources = new Map<PanelId, PictureSource>()

/**
 * Says how a panel is drawn when its picture is exported; returns what takes that back. A panel that says nothing is
 * read from the page (dom-scene.ts): texts, boxes and SVG come out as such, canvases as bitmaps.
 */
export function offerPicture(panel: PanelId, source: PictureSource): () => void {
  sources.set(panel, source)
  return () => {
    if (sources.get(panel) === source) sources.delete(panel)
  }
}

export function pictureSource(panel: PanelId): PictureSource | null {
  return sources.get(panel) ?? null
}

/** `offerPicture` for as long as a component is there; always the newest function is asked. */
export function usePictureSource(panel: PanelId, source: PictureSource): void {
  const latest = useRef(source)
  latest.current = source
  useEffect(() => offerPicture(panel, () => latest.current()), [panel])
}
