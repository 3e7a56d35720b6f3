import type { Palette } from './palette.ts'

/** Colours that say what they are, for tests. */
export const testPalette: Palette = {
  line: 'line',
  text: 'text',
  quiet: 'quiet',
  panel: 'panel',
  accent: 'accent',
  series: { logins: 'logins', failed: 'failed', registrations: 'registrations', other: 'other' },
  lane: 'lane',
  unusual: 'unusual',
  mark: 'mark',
  report: 'report',
  categories: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'],
  none: 'none',
}
