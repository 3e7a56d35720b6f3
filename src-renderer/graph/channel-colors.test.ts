import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channels, riskColor, UNSCORED } from '../ui/theme/risk.ts'
import {
  CATEGORICAL,
  colorTable,
  communityBytes,
  MISSING,
  OTHER,
  sequentialColor,
  sizeFactor,
} from './channel-colors.ts'

type RGB = [number, number, number]
const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
/** Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB. */
const EYES: Record<string, number[]> = {
  common: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
}
function lab(color: string, eye: string): RGB {
  const rgb = channels(color).map((v) => linear(v / 255)) as RGB
  const m = EYES[eye]!
  const [r, g, b] = [0, 3, 6].map((k) =>
    Math.max(0, Math.min(1, m[k]! * rgb[0] + m[k + 1]! * rgb[1] + m[k + 2]! * rgb[2])),
  ) as RGB
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
const distance = (a: RGB, b: RGB) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

describe('colours of channels', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const eye of Object.keys(EYES)) {
      it(`tell ten categories apart for ${eye} eyes in ${theme}`, () => {
        const seen = [...CATEGORICAL[theme], OTHER[theme]].map((color) => lab(color, eye))
        let least = Infinity
        let pair = ''
        seen.forEach((a, i) =>
          seen.slice(i + 1).forEach((b, j) => {
            const d = distance(a, b)
            if (d < least) [least, pair] = [d, `${i} ${i + 1 + j}`]
          }),
        )
        expect(least, pair).toBeGreaterThan(20)
      })
    }
    it(`rise or fall evenly in lightness along numbers in ${theme}, for all eyes`, () => {
      for (const eye of Object.keys(EYES)) {
        const light = Array.from({ length: 21 }, (_, i) => lab(sequentialColor(i / 20, theme), eye)[0])
        const sign = Math.sign(light[20]! - light[0]!)
        for (let i = 1; i < light.length; i++) expect((light[i]! - light[i - 1]!) * sign).toBeGreaterThan(0)
      }
    })
  }

  it('follow the risk ramp by value, and mark what has none', () => {
    const stops = Float64Array.from({ length: 255 }, (_, i) => (i / 254) ** 2)
    const table = colorTable({ channel: 'risk', kind: 'number', stops, categories: [] }, 'dark')
    expect(table.css(127)).toBe(riskColor(stops[127], 'dark'))
    expect(table.css(MISSING)).toBe(UNSCORED.dark)
    expect(Array.from(table.rgba.slice(4 * 255, 4 * 255 + 3))).toEqual(channels(UNSCORED.dark))
  })

  it('give malicious and benign their colours wherever they stand in the list', () => {
    const categories = [{ value: 'benign' }, { value: 'malicious' }, { value: null }]
    const table = colorTable(
      { channel: 'label', kind: 'category', stops: new Float64Array(0), categories },
      'light',
    )
    expect(table.css(0)).toBe(riskColor(0, 'light'))
    expect(table.css(1)).toBe(riskColor(1, 'light'))
    expect(new Set([0, 1, 2, 255].map((byte) => table.css(byte))).size).toBe(4)
  })

  it('size grows with the value, and no value is smallest', () => {
    expect(sizeFactor(254)).toBeGreaterThan(sizeFactor(0))
    expect(sizeFactor(MISSING)).toBeLessThan(sizeFactor(0))
  })
})

describe('a channel by community', () => {
  const run = (bytes: number[], rows: number[], communities: number, kind: 'number' | 'category') => {
    const out = new Uint8Array(communities)
    for (const _ of communityBytes(Uint8Array.from(bytes), Int32Array.from(rows), communities, kind, out));
    return Array.from(out)
  }
  it('is the mean of numbers and the most frequent category', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(255)),
            fc.integer({ min: -1, max: 3 }),
          ),
          {
            maxLength: 60,
          },
        ),
        (accounts) => {
          const bytes = accounts.map((a) => a[0])
          const rows = accounts.map((a) => a[1])
          const numbers = run(bytes, rows, 4, 'number')
          const kinds = run(bytes, rows, 4, 'category')
          for (let c = 0; c < 4; c++) {
            const own = accounts.filter((a) => a[1] === c && a[0] !== 255).map((a) => a[0])
            if (own.length === 0) {
              expect([numbers[c], kinds[c]]).toEqual([255, 255])
              continue
            }
            expect(numbers[c]).toBe(Math.round(own.reduce((s, b) => s + b, 0) / own.length))
            const times = (b: number) => own.filter((other) => other === b).length
            expect(times(kinds[c]!)).toBe(Math.max(...own.map(times)))
          }
        },
      ),
    )
  })
})
