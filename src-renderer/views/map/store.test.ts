import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { FRESH, pickSettings, readSettings, useMap } from './store.ts'

beforeEach(() => useMap.setState({ ...FRESH }))

describe('what the map remembers', () => {
  it('comes back as it was', () => {
    useMap.getState().set({ colorBy: 'attribute:city', sizeBy: 'degree', heat: true, between: 0.4 })
    useMap.getState().pin(3)
    useMap.getState().group({ name: '刷单', communities: [1, 2] })
    const kept = JSON.parse(JSON.stringify(pickSettings(useMap.getState())))
    expect(readSettings(kept)).toEqual(pickSettings(useMap.getState()))
  })
  it('is sound whatever was kept', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({ between: fc.anything(), landmarks: fc.anything(), groups: fc.anything() }),
        ),
        (kept) => {
          const settings = readSettings(kept)
          expect(settings.between).toBeGreaterThanOrEqual(0)
          expect(settings.between).toBeLessThanOrEqual(1)
          for (const id of settings.landmarks) expect(Number.isInteger(id)).toBe(true)
          for (const group of settings.groups) expect(typeof group.name).toBe('string')
        },
      ),
    )
  })
  it('pins and unpins, groups under one name once', () => {
    const { pin, group, ungroup } = useMap.getState()
    pin(4)
    pin(5)
    pin(4)
    expect(useMap.getState().landmarks).toEqual([5])
    group({ name: 'a', communities: [1] })
    group({ name: 'a', communities: [2] })
    expect(useMap.getState().groups).toEqual([{ name: 'a', communities: [2] }])
    ungroup('a')
    expect(useMap.getState().groups).toEqual([])
  })
  it('forgets marks of another run, and keeps those of the first it hears of', () => {
    useMap.getState().pin(4)
    useMap.getState().follow(7)
    expect(useMap.getState().landmarks).toEqual([4])
    useMap.getState().follow(8)
    expect(useMap.getState()).toMatchObject({ landmarks: [], groups: [], runId: 8 })
  })
})
