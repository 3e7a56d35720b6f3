/**
 * Calls `done` once what moves has stood still for `ms` and for two frames after that, and no button is held on it. A frame of
 * a large map can take longer than any pause between two steps of a drag: the clock alone would find it still in each of them.
 */
export function onceStill(container: HTMLElement, ms: number, done: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  let held = false
  let waits = false
  const stop = () => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    waits = false
  }
  const moved = () => {
    stop()
    waits = true
    if (!held) timer = setTimeout(document.hidden ? still : afterFrames, ms)
  }
  const afterFrames = () => {
    frame = requestAnimationFrame(() => (frame = requestAnimationFrame(still)))
  }
  const still = () => {
    waits = false
    done()
  }
  const press = () => {
    held = true
    if (waits) moved()
  }
  const letGo = () => {
    if (!held) return
    held = false
    if (waits) moved()
  }
  container.addEventListener('pointerdown', press)
  addEventListener('pointerup', letGo)
  addEventListener('pointercancel', letGo)
  return {
    /** It moves. */
    moved,
    /** Waits and listens no longer. */
    end() {
      stop()
      container.removeEventListener('pointerdown', press)
      removeEventListener('pointerup', letGo)
      removeEventListener('pointercancel', letGo)
    },
  }
}
