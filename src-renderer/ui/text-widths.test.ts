import { expect, test, vi } from 'vitest'
import { TextWidths } from './text-widths.ts'

test('a text is measured once in each font, and anew when the fonts are there', async () => {
  let arrived = () => {}
  const ready = new Promise<void>((done) => (arrived = done))
  vi.stubGlobal('document', { fonts: { ready } })
  const measure = vi.fn((text: string, font: string) => text.length * (font === 'wide' ? 9 : 6))
  const widths = new TextWidths(measure)
  expect([widths.of('abc'), widths.of('abc'), widths.of('abc', 'wide'), widths.of('abc', 'wide')]).toEqual([
    18, 18, 27, 27,
  ])
  expect(measure).toHaveBeenCalledTimes(2)
  arrived()
  await ready
  expect(widths.of('abc')).toBe(18)
  expect(measure).toHaveBeenCalledTimes(3)
  vi.unstubAllGlobals()
})

test('texts without end are not kept without end', () => {
  const measure = vi.fn(() => 1)
  const widths = new TextWidths(measure)
  for (let k = 0; k <= 20_000; k++) widths.of(`t${k}`)
  widths.of('t20000')
  expect(measure).toHaveBeenCalledTimes(20_001)
  widths.of('t0')
  expect(measure).toHaveBeenCalledTimes(20_002)
})
