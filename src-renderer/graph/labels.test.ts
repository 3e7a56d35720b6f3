import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeLabels, type LabelWish } from './labels.ts'

const STAGE = { width: 400, height: 300, limit: 100 }
const measure = (text: string) => text.length * 7
const wish = (key: string, x: number, y: number, more: Partial<LabelWish> = {}): LabelWish => ({
  key,
  text: key,
  x,
  y,
  r: 10,
  priority: 1,
  ...more,
})

describe('placeLabels', () => {
  it('puts a lone label below its disc, or above where it is asked to', () => {
    expect(placeLabels([wish('a', 200, 150)], [], STAGE, measure)[0]).toMatchObject({ x: 200, y: 172 })
    expect(placeLabels([wish('a', 200, 150, { above: true })], [], STAGE, measure)[0]).toMatchObject({
      y: 128,
    })
  })

  it('never lets two labels overlap or leave the stage, and keeps to its limit', () => {
    const wishes = fc.array(
      fc.record({
        x: fc.integer({ min: -20, max: 420 }),
        y: fc.integer({ min: -20, max: 320 }),
        r: fc.integer({ min: 1, max: 60 }),
        length: fc.integer({ min: 1, max: 12 }),
        priority: fc.integer({ min: 0, max: 100 }),
        must: fc.boolean(),
      }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(wishes, (specs) => {
        const all = specs.map((spec, i): LabelWish => ({
          ...spec,
          key: `k${i}`,
          text: 'x'.repeat(spec.length),
        }))
        const placed = placeLabels(all, all, { ...STAGE, limit: 10 }, measure)
        const optional = placed.filter((label) => !all.find((w) => w.key === label.key)!.must)
        expect(optional.length).toBeLessThanOrEqual(10)
        const boxes = placed.map((l) => [l.x - l.width / 2, l.y - 8, l.x + l.width / 2, l.y + 8] as const)
        for (const [x0, y0, x1, y1] of boxes) {
          expect(x0 >= 0 && y0 >= 0 && x1 <= STAGE.width && y1 <= STAGE.height).toBe(true)
        }
        for (let i = 0; i < boxes.length; i++)
          for (let j = i + 1; j < boxes.length; j++) {
            const [a, b] = [boxes[i]!, boxes[j]!]
            expect(a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]).toBe(false)
          }
      }),
      { numRuns: 200 },
    )
  })

  it('gives the place to the one that matters more', () => {
    const placed = placeLabels(
      [wish('low', 200, 150, { priority: 1 }), wish('high', 200, 150, { priority: 9 })],
      [],
      { ...STAGE, limit: 1 },
      measure,
    )
    expect(placed.map((label) => label.key)).toEqual(['high'])
  })

  it('does not cover other discs, unless it must stand', () => {
    const crowd = [
      { key: 's', x: 200, y: 180, r: 25 },
      { key: 'n', x: 200, y: 120, r: 25 },
      { key: 'e', x: 240, y: 150, r: 25 },
      { key: 'w', x: 160, y: 150, r: 25 },
    ]
    expect(placeLabels([wish('label', 200, 150)], crowd, STAGE, measure)).toEqual([])
    expect(placeLabels([wish('label', 200, 150, { must: true })], crowd, STAGE, measure)).toHaveLength(1)
  })
})
