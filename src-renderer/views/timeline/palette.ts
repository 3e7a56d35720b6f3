import { useMemo } from 'react'
import { usePrefs } from '../../state/prefs.ts'
import type { Theme } from '../../state/prefs.ts'
import type { Series } from './bins.ts'

/** Colours as the theme has them now; canvas cannot read CSS variables itself. */
export interface Palette {
  line: string
  text: string
  quiet: string
  panel: string
  accent: string
  series: Record<Series, string>
  lane: string
  unusual: string
  mark: string
  report: string
  /** For outcomes and contexts: told apart by colour-blind eyes; the last is for what states none. */
  categories: string[]
  none: string
}

/** Okabe and Ito's colours, moved to the lightness of each theme. */
const CATEGORIES: Record<Theme, string[]> = {
  dark: ['#5aa9dd', '#e0a23a', '#3fb98f', '#d98bb8', '#e2745c', '#b7b34a', '#8f9fe0', '#9fb0bd'],
  light: ['#1f77b0', '#b97608', '#0a8a64', '#a84f86', '#c2452c', '#7d7a12', '#4b59b5', '#5f6f7c'],
}

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
      text: color('text'),
      quiet: color('quiet'),
      panel: color('panel'),
      accent: color('accent'),
      series: {
        logins: color('risk-0'),
        failed: color('risk-2'),
        registrations: color('risk-1'),
        other: color('faint'),
      },
      lane: color('risk-0'),
      unusual: color('risk-3'),
      mark: color('risk-3'),
      report: color('amber'),
      categories: CATEGORIES[theme],
      none: color('faint'),
    }
    probe.remove()
    return palette
  }, [theme])
}
