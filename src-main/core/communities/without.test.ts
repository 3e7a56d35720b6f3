import { expect, test } from 'vitest'
import { withoutEach } from './without.ts'

/** Six accounts on device 7, two of which (30, 31) also share device 8, and a friendship 31–32 besides device 7. */
const accounts = Uint32Array.from([30, 31, 32, 33, 34, 35])
const pairs = accounts.length
const a: number[] = []
const b: number[] = []
const mask: number[] = []
for (let i = 0; i < pairs; i++)
  for (let j = i + 1; j < pairs; j++) {
    a.push(i)
    b.push(j)
    mask.push(i === 1 && j === 2 ? 0b11 : 0b01)
  }
const graph = {
  accounts,
  a: Uint32Array.from(a),
  b: Uint32Array.from(b),
  mask: Uint16Array.from(mask),
  weight: new Float32Array(a.length).fill(1),
  channels: ['entity:device', 'relation:friend'],
}
const things = [
  { entityId: 7, type: 'device', key: 'D-7', users: [...accounts] },
  { entityId: 8, type: 'device', key: 'D-8', users: [30, 31] },
]

test('without the device that binds everybody only what has another tie stays', () => {
  const found = withoutEach(graph, things)
  expect(found.now).toEqual({ tied: 6, largest: 6, parts: 1 })
  const device = found.rows.find((r) => r.entityId === 7)!
  // 30–31 by D-8 and 31–32 by friendship remain of fifteen.
  expect(device).toMatchObject({ edgesLost: 13, tied: 3, largest: 3, parts: 1 })
  // D-8 alone carries nothing: the two are on D-7 as well.
  expect(found.rows.some((r) => r.entityId === 8)).toBe(false)
})

test('without a channel only what another channel joins stays; the worst loss comes first', () => {
  const found = withoutEach(graph, things)
  const channel = found.rows.find((r) => r.kind === 'channel')!
  expect(channel).toMatchObject({ type: 'entity:device', edgesLost: 14, tied: 2, largest: 2, parts: 1 })
  expect(found.rows[0]).toBe(channel)
})

test('a thing that the graph does not use breaks nothing', () => {
  const found = withoutEach(graph, [{ entityId: 9, type: 'ip', key: '10.0.0.1', users: [30, 31, 32] }])
  expect(found.rows.filter((r) => r.kind === 'entity')).toEqual([])
})
