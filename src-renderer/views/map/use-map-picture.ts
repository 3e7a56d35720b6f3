import { useCallback } from 'react'
import { colorTable } from '../../graph/channel-colors.ts'
import type { Channel } from '../../graph/explore-data.tsx'
import { sceneOf } from '../../graph/picture.ts'
import type { MapStage } from '../../graph/stage.ts'
import { usePrefs } from '../../state/prefs.ts'
import { domScene } from '../../ui/picture/dom-scene.ts'
import type { Scene } from '../../ui/picture/scene.ts'
import { usePictureSource } from '../../ui/picture/sources.ts'
import { useMap } from './store.ts'

/** The map as a picture: its legend as it stands on the left, the stage drawn as shapes and texts. */
export function useMapPicture(
  stage: MapStage | null,
  container: HTMLElement | null,
  color: Channel | undefined,
  size: Channel | undefined,
): void {
  const theme = usePrefs((s) => s.resolvedTheme)
  const source = useCallback((): Scene | null => {
    const root = container?.closest<HTMLElement>('.sh-map')
    if (!stage || !root) return null
    if (useMap.getState().around !== null) return domScene(root)
    const fits = (one: Channel | undefined) =>
      one && one.version === stage.places?.places.version ? one.bytes : null
    const map = sceneOf(stage, {
      table: color ? colorTable(color, theme) : null,
      color: fits(color),
      size: fits(size),
      open: stage.model.open,
    })
    const strip = root.querySelector<HTMLElement>('.sh-strip:not(.is-closed)')
    if (!strip) return map
    const legend = domScene(strip)
    return {
      width: map.width + legend.width,
      height: map.height,
      background: map.background,
      items: [
        { kind: 'rect', x: 0, y: 0, w: legend.width, h: map.height, fill: legend.background ?? undefined },
        { kind: 'group', items: legend.items, clip: { x: 0, y: 0, w: legend.width, h: map.height } },
        { kind: 'group', items: map.items, x: legend.width },
      ],
    }
  }, [stage, container, color, size, theme])
  usePictureSource('map', source)
}
