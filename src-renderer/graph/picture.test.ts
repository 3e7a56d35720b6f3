import { describe, expect, it } from 'vitest'
import type { Places } from '../../src-main/common/contract/explore.ts'
import { rowsInView, shapeItems } from './picture.ts'
import { PlacesIndex } from './places.ts'

describe('the map as a picture', () => {
  it('draws a disc as its fill and its border, each with its own opacity', () => {
    const look = { color: 'red', fill: 0.2, borderColor: 'blue', borderAlpha: 0.7, borderWidth: 2, shape: 0 }
    expect(shapeItems(10, 20, 6, look)).toEqual([
      { kind: 'circle', x: 10, y: 20, r: 5, fill: 'red', opacity: 0.2 },
      { kind: 'circle', x: 10, y: 20, r: 5, fill: 'none', stroke: 'blue', line: 2, opacity: 0.7 },
    ])
  })
  it('leaves out what cannot be seen: a ring has no fill', () => {
    const items = shapeItems(0, 0, 4, { fill: 0, borderAlpha: 1, borderColor: 'blue' })
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ fill: 'none', stroke: 'blue' })
  })
  it('gives judged and labelled accounts outlines of their own', () => {
    const corners = (shape: number) => {
      const [item] = shapeItems(0, 0, 10, { color: 'red', fill: 1, borderAlpha: 0, shape })
      return item?.kind === 'path' ? item.d.match(/[\d.-]+ [\d.-]+/g)!.length : 0
    }
    expect([1, 2, 3].map(corners)).toEqual([4, 3, 4])
    expect(shapeItems(0, 0, 10, { color: 'red', fill: 1, shape: 1 })).not.toEqual(
      shapeItems(0, 0, 10, { color: 'red', fill: 1, shape: 3 }),
    )
  })
  it('takes the accounts that are on the stage and drawn', () => {
    const places: Places = {
      version: 'v',
      layoutRunId: 1,
      n: 4,
      accountId: Uint32Array.from([1, 2, 3, 4]),
      X: Uint16Array.from([0, 32768, 65535, 16384]),
      Y: Uint16Array.from([0, 32768, 65535, 16384]),
      left: 0,
      top: 0,
      width: 100,
      height: 100,
      community: new Uint32Array(4),
    }
    const seen = rowsInView(
      new PlacesIndex(places),
      (x, y) => ({ x, y }),
      { width: 60, height: 60 },
      (row) => row !== 3,
    )
    expect([...seen].map(({ row }) => row)).toEqual([0, 1])
  })
})
