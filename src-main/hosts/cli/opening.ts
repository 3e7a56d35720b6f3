import type { Core } from '../../core/app.ts'
import { createBar } from './output.ts'

/** Says on standard error what opening a workspace is doing where it takes long, whatever command opens it. */
export function followOpening(core: Core): void {
  let bar: ReturnType<typeof createBar> | null = null
  core.on('workspace.opening', (state) => {
    if (state === null) {
      bar?.stop()
      bar = null
      return
    }
    bar ??= createBar()
    const { progress, fraction, secondsLeft } = state
    const phase = progress.phase === 'import.indexes' ? 'indexes' : progress.phase
    bar.update({ ...progress, phase }, fraction, secondsLeft)
  })
}
