import { useEffect } from 'react'
import { registerCommands } from '../../frame/commands.ts'
import { isMainWindow } from '../../state/window.ts'
import { Coach } from './coach.tsx'
import { startTour, useTour } from './store.ts'

/** The tour in the workbench: its commands, and its card while it is on. Only in the first window. */
export function Tour() {
  const on = useTour((s) => s.state === 'on')
  useEffect(() => {
    if (!isMainWindow()) return
    const { pending, state, begin, resume } = useTour.getState()
    if (pending) {
      // Asked for on the start screen: who had left it half way goes on there.
      useTour.getState().set({ pending: false })
      if (state === 'left') resume()
      else begin()
    }
    return registerCommands([
      { id: 'tour.start', titleKey: 'tour.start', group: 'help', run: () => void startTour() },
      {
        id: 'tour.resume',
        titleKey: 'tour.goOn',
        group: 'help',
        run: () => useTour.getState().resume(),
        enabled: () => useTour.getState().state === 'left',
      },
      {
        id: 'tour.card',
        titleKey: 'tour.toCard',
        keys: ['Alt+T'],
        group: 'help',
        whileTyping: true,
        run: () => useTour.getState().call(),
        enabled: () => useTour.getState().state === 'on',
      },
    ])
  }, [])
  return on && isMainWindow() ? <Coach /> : null
}
