import { expect, it } from 'vitest'
import { arrangementOf } from './layout.ts'
import { pinnedId, readPinnedId } from './pinned.ts'

const leaf = (size: number, ...views: string[]) => ({
  type: 'leaf',
  data: { views, activeView: views[0], id: String(size) },
  size,
})
const dock = (...parts: unknown[]) => ({
  grid: { root: { type: 'branch', data: parts, size: 700 }, width: 1000, height: 700 },
  panels: {},
  activeGroup: '1',
})

it('an arrangement is which panels there are and how they lie, not their sizes or which is in front', () => {
  const before = arrangementOf(dock(leaf(600, 'map', 'accounts'), leaf(400, 'inspector')))
  expect(arrangementOf(dock(leaf(500, 'map', 'accounts'), leaf(500, 'inspector')))).toBe(before)
  expect(arrangementOf(dock(leaf(500, 'map'), leaf(500, 'inspector')))).not.toBe(before)
  expect(arrangementOf(dock(leaf(400, 'inspector'), leaf(600, 'map', 'accounts')))).not.toBe(before)
})

it('looking at the history is not part of an arrangement', () => {
  const before = arrangementOf(dock(leaf(600, 'map'), leaf(400, 'inspector')))
  expect(arrangementOf(dock(leaf(600, 'map'), leaf(400, 'inspector', 'history')))).toBe(before)
  expect(arrangementOf(dock(leaf(600, 'map'), leaf(200, 'inspector'), leaf(200, 'history')))).toBe(before)
})

it('a pinned panel says in its id what it shows', () => {
  for (const focus of [
    { kind: 'account', id: 12 },
    { kind: 'community', id: 0 },
    { kind: 'edge', a: 3, b: 8 },
  ] as const)
    expect(readPinnedId(pinnedId(focus))).toEqual(focus)
  for (const id of ['inspector', 'map', 'inspector.account.x', 'inspector.edge.3', 'inspector.ship.1'])
    expect(readPinnedId(id)).toBeNull()
})
