import { useCallback, useEffect } from 'react'
import type { CameraPlace } from '../../graph/camera.ts'
import { reducedMotion } from '../../graph/controllers.tsx'
import type { MapStage } from '../../graph/stage.ts'
import { onceStill } from './once-still.ts'
import { useMap } from './store.ts'

const STILL_MS = 250
const same = (a: CameraPlace | null, b: CameraPlace | null) =>
  a === b ||
  (a !== null &&
    b !== null &&
    Math.abs(a.x - b.x) < 1e-6 &&
    Math.abs(a.y - b.y) < 1e-6 &&
    Math.abs(a.ratio / b.ratio - 1) < 1e-6)

/**
 * Remembers where the camera is once it is still, and takes it where a restored session, a named view or a story wants
 * it. The answer moves it to what is remembered, at once; true where there is something.
 */
export function useCameraMemory(stage: MapStage | null): () => boolean {
  useEffect(() => {
    if (!stage) return
    let written: CameraPlace | null = useMap.getState().camera
    const camera = stage.sigma.getCamera()
    const still = onceStill(stage.sigma.getContainer(), STILL_MS, () => {
      if (stage.model.communities === null) return
      const place = stage.camera.place
      const whole = same(place, { x: 0.5, y: 0.5, ratio: 1 }) ? null : place
      if (same(whole, written)) return
      written = whole
      useMap.setState({ camera: whole })
    })
    camera.on('updated', still.moved)
    const off = useMap.subscribe((state, before) => {
      if (state.camera === before.camera || same(state.camera, written)) return
      written = state.camera
      stage.camera.move(state.camera ?? { x: 0.5, y: 0.5, ratio: 1 }, !reducedMotion())
    })
    return () => {
      still.end()
      camera.off('updated', still.moved)
      off()
    }
  }, [stage])
  return useCallback(() => {
    const { camera } = useMap.getState()
    if (!stage || !camera) return false
    stage.camera.move(camera, false)
    return true
  }, [stage])
}
