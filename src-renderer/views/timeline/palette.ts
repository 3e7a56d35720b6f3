import { useMemo } from 'react'
import { usePrefs } from '../../state/prefs.ts'
import type { Palette } from './draw.ts'

/** The canvas's colours, read from the theme's CSS variables whenever the theme changes. */
export function usePalette(): Palette {
  const theme = usePrefs((s) => s.resolvedTheme)
  return useMemo(() => {
    // A probe that carries the theme itself: the root's attribute may be set only after this render.
    const probe = document.createElement('div')
    probe.dataset['theme'] = theme
    probe.hidden = true
    document.body.append(probe)
    const style = getComputedStyle(probe)
    const color = (name: string) => style.getPropertyValue(`--sh-${name}`).trim() || '#888'
    const palette: Palette = {
      line: color('line'),
      quiet: color('quiet'),
      panel: color('panel'),
      series: {
        logins: color('risk-0'),
        failed: color('risk-2'),
        registrations: color('risk-1'),
        other: color('line-strong'),
      },
      lane: color('risk-0'),
      unusual: color('risk-3'),
      mark: color('risk-3'),
    }
    probe.remove()
    return palette
  }, [theme])
}
