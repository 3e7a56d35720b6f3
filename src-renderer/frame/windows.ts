import { WINDOW } from '../state/window.ts'
import { translate } from '../ui/i18n/index.ts'
import { useToasts } from '../ui/toast.tsx'

/**
 * Opens a panel in a window of its own, which shares selection and focus and has a dock of its own. A panel's window has
 * a name, so that opening it again brings back the same arrangement.
 */
export function openWindow(panel: string): void {
  const base = `w-${panel.replaceAll('.', '-')}`.slice(0, 34)
  // From that very window: one more.
  const name = base === WINDOW ? `${base}-2` : base
  const url = new URL(window.location.href)
  url.search = `?window=${name}&panel=${encodeURIComponent(panel)}`
  url.hash = ''
  // Not 'noopener': the new window takes this session's token along.
  const opened = window.open(url, `shoal-${name}`, 'popup,width=1100,height=760')
  if (!opened) useToasts.getState().say(translate('session.window.blocked'), 'failed')
}
