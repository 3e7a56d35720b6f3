import type { Theme } from '../state/prefs.ts'

/** What the canvas needs of the theme; CSS variables cannot be read by a shader. */
export interface MapPalette {
  background: string
  text: string
  quiet: string
  accent: string
  /** Edges between communities. */
  edge: string
  halo: string
  channels: string[]
}

export const MAP_PALETTES: Record<Theme, MapPalette> = {
  dark: {
    background: '#0e1318',
    text: '#dfe6ee',
    quiet: '#9aa7b5',
    accent: '#37c8b4',
    edge: '#8fa3b8',
    halo: '#0e1318',
    channels: ['#9fb6cf', '#76c29f', '#cf97c0', '#bdb56c', '#79b9de', '#c9a07d', '#a5a2dc', '#93c47d'],
  },
  light: {
    background: '#f4f6f8',
    text: '#17212b',
    quiet: '#5b6a79',
    accent: '#0a8f7d',
    edge: '#5b7690',
    halo: '#f4f6f8',
    channels: ['#4c6785', '#2b7d58', '#93457f', '#77701c', '#216f9b', '#86572e', '#544fa3', '#44752c'],
  },
}

/** Dash patterns for kinds of edges: pixels drawn, pixels of the whole period; 0 is a solid line. */
export const DASHES: { on: number; period: number }[] = [
  { on: 1, period: 0 },
  { on: 5, period: 9 },
  { on: 1.5, period: 5 },
  { on: 9, period: 12 },
]

/** How a kind of edge is drawn, by its place in the answer's list of channels. */
export function channelStyle(index: number, palette: MapPalette): { color: string; dash: number } {
  const colors = palette.channels.length
  // After a round of colours the dashes shift, so that no two of the first 32 kinds look alike.
  return {
    color: palette.channels[index % colors]!,
    dash: (index + Math.floor(index / colors)) % DASHES.length,
  }
}
