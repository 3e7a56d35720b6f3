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

  it('places as a search among all boxes does', () => {
    const disc = fc.record({
      x: fc.integer({ min: -60, max: 460 }),
      y: fc.integer({ min: -60, max: 360 }),
      r: fc.integer({ min: 1, max: 90 }),
      length: fc.integer({ min: 1, max: 20 }),
      priority: fc.integer({ min: 0, max: 1000 }),
      must: fc.boolean(),
      above: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.uniqueArray(disc, { maxLength: 30, selector: ({ priority }) => priority }), (specs) => {
        const all = specs.map((spec, i): LabelWish => ({
          ...spec,
          key: `k${i}`,
          text: 'x'.repeat(spec.length),
        }))
        expect(placeLabels(all, all, STAGE, measure)).toEqual(placedPlainly(all, all))
      }),
      { numRuns: 200 },
    )
  })
  it('keeps labels away from what covers the stage, those too that must stand', () => {
    const covered = { x: 0, y: 100, width: 190, height: 200 }
    const [label] = placeLabels([wish('a', 180, 150)], [], { ...STAGE, covered }, measure)
    expect(label!.x - label!.width / 2).toBeGreaterThanOrEqual(190)
    expect(placeLabels([wish('a', 60, 200, { must: true })], [], { ...STAGE, covered }, measure)).toEqual([])
    expect(placeLabels([wish('a', 60, 200, { must: true })], [], STAGE, measure)).toHaveLength(1)
  })
})

type Box = readonly [number, number, number, number]
const overlap = (a: Box, b: Box) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1]

/** The same rules without cells: each spot against every name and every disc. */
function placedPlainly(wishes: LabelWish[], obstacles: { key: string; x: number; y: number; r: number }[]) {
  const names: Box[] = []
  const placed = []
  for (const wish of [...wishes].sort((a, b) => b.priority - a.priority)) {
    if (placed.length >= STAGE.limit && !wish.must) continue
    const { x, y, r, key, text } = wish
    const width = measure(text)
    const below: [number, number] = [x, y + r + 12]
    const above: [number, number] = [x, y - r - 12]
    const spots: [number, number][] = [
      ...(wish.above ? [above, below] : [below, above]),
      ...(width < r * 1.6 && !wish.above ? [[x, y] as [number, number]] : []),
      [x + r + 4 + width / 2, y],
      [x - r - 4 - width / 2, y],
    ]
    const boxAt = ([cx, cy]: [number, number]): Box => [
      cx - width / 2 - 2,
      cy - 8,
      cx + width / 2 + 2,
      cy + 8,
    ]
    const free = (box: Box) =>
      box[0] >= 0 &&
      box[1] >= 0 &&
      box[2] <= STAGE.width &&
      box[3] <= STAGE.height &&
      !names.some((other) => overlap(other, box))
    const clear = (box: Box) =>
      !obstacles.some((disc) => {
        const h = disc.r * 0.8
        return disc.key !== key && overlap([disc.x - h, disc.y - h, disc.x + h, disc.y + h], box)
      })
    const spot =
      spots.find((at) => free(boxAt(at)) && clear(boxAt(at))) ??
      (wish.must ? spots.find((at) => free(boxAt(at))) : undefined)
    if (!spot) continue
    names.push(boxAt(spot))
    placed.push({ key, text, x: spot[0], y: spot[1], width })
  }
  return placed
}
