import { beforeEach, describe, expect, it } from 'vitest'
import { captureState, restoreState } from '../../../state/slices.ts'
import { forcePlaces, keepPlaces, unsettled, useKeptPlaces } from './kept-places.ts'

beforeEach(() => {
  restoreState({})
  unsettled.clear()
})

describe('the places of the canvas', () => {
  it('come back with a session, to whole units, without what is pinned or not laid out yet', () => {
    forcePlaces.set('a1', { x: 10.4, y: -3.6 })
    forcePlaces.set('a2', { x: 50, y: 60 })
    forcePlaces.set('e3', { x: 70, y: 80 })
    unsettled.add('e3')
    keepPlaces(['a1', 'a2', 'e3', 'a9'], { a2: [1, 1] })
    const saved = JSON.parse(JSON.stringify(captureState(['aroundPlaces'])))
    const turn = useKeptPlaces.getState().turn
    restoreState({})
    expect(forcePlaces.size).toBe(0)
    restoreState(saved)
    expect(Object.fromEntries(forcePlaces)).toEqual({ a1: { x: 10, y: -4 } })
    expect(useKeptPlaces.getState().turn).toBeGreaterThan(turn)
  })

  it('ignore what cannot be a place', () => {
    restoreState({ aroundPlaces: { a1: [1, 2], x9: [1, 2], a3: [1], a4: ['1', 2], a5: null } })
    expect([...forcePlaces.keys()]).toEqual(['a1'])
  })

  it('are not kept of a canvas with too many nodes', () => {
    const keys = Array.from({ length: 2001 }, (_, i) => `a${i}`)
    for (const key of keys) forcePlaces.set(key, { x: 1, y: 1 })
    keepPlaces(keys, {})
    expect(useKeptPlaces.getState().places).toEqual({})
  })
})
