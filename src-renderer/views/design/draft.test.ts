import { describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema } from '../../../src-main/common/recipe.ts'
import { ALL_PATHS, changedPaths, getAt, sameDesign, setAt, setTypeWeight, toggleType } from './draft.ts'
import { pathsOf, SECTIONS } from './settings.ts'

describe('the form', () => {
  it('has every setting of the schema exactly once', () => {
    const shown = SECTIONS.flatMap(pathsOf)
    expect([...shown].sort()).toEqual([...ALL_PATHS].sort())
  })

  it('allows what the schema allows, and nothing else', () => {
    const accepts = (path: string, value: unknown) =>
      recipeSchema.safeParse(setAt(DEFAULT_RECIPE, path, value)).success
    for (const setting of SECTIONS.flatMap((section) => section.settings)) {
      if (setting.kind === 'number') {
        const { path, min, max, above, integer } = setting
        expect(accepts(path, min), `${path} at its least`).toBe(!above)
        expect(accepts(path, min + (integer ? 1 : 0.01)), `${path} above its least`).toBe(true)
        expect(accepts(path, min - (integer ? 1 : 0.01)), `${path} below its least`).toBe(false)
        if (max !== undefined) {
          expect(accepts(path, max), `${path} at its most`).toBe(true)
          expect(accepts(path, max + 1), `${path} above its most`).toBe(false)
        } else expect(accepts(path, 1_000_000), `${path} without a limit`).toBe(true)
        expect(accepts(path, min + 1.5), `${path} between whole numbers`).toBe(
          !integer && (max ?? 9) >= min + 1.5,
        )
        expect(accepts(path, null), `${path} without a value`).toBe(setting.nullable !== undefined)
        if (setting.nullable !== undefined) expect(accepts(path, setting.nullable)).toBe(true)
      }
      if (setting.kind === 'choice') {
        for (const choice of setting.choices) expect(accepts(setting.path, choice), choice).toBe(true)
        expect(accepts(setting.path, 'something else')).toBe(false)
      }
      if (setting.kind === 'set') {
        expect(accepts(setting.path, [...setting.choices])).toBe(true)
        expect(accepts(setting.path, ['something else'])).toBe(false)
      }
      if (setting.kind === 'flag') expect(accepts(setting.path, true)).toBe(true)
    }
  })
})

describe('changedPaths', () => {
  it('names each setting that differs from the default, and only those', () => {
    expect(changedPaths(DEFAULT_RECIPE)).toEqual([])
    for (const path of ALL_PATHS) {
      const other = typeof getAt(DEFAULT_RECIPE, path) === 'number' ? 3.5 : ['changed']
      expect(changedPaths(setAt(DEFAULT_RECIPE, path, other))).toEqual([path])
    }
  })

  it('does not mind order, or a weight of 1', () => {
    const a = recipeSchema.parse({ entities: { types: ['ip', 'device'], byType: { ip: 0.5, device: 1 } } })
    const b = recipeSchema.parse({
      name: 'other',
      entities: { types: ['device', 'ip'], byType: { ip: 0.5 } },
    })
    expect(sameDesign(a, b)).toBe(true)
    expect(sameDesign(a, setAt(b, 'entities.byType', { ip: 0.6 }))).toBe(false)
  })
})

describe('types', () => {
  it('become a list when one is switched off, and all again when the last one comes back', () => {
    const known = ['device', 'ip', 'payment']
    const some = toggleType(null, known, 'ip')
    expect(some).toEqual(['device', 'payment'])
    expect(toggleType(some, known, 'ip')).toBeNull()
    expect(toggleType(['device'], known, 'device')).toEqual([])
    // A type that is not here keeps the list a list: "all" would mean something else.
    expect(toggleType(['device', 'payment', 'phone'], known, 'ip')).toEqual([
      'device',
      'payment',
      'phone',
      'ip',
    ])
  })

  it('drop a weight of 1', () => {
    expect(setTypeWeight({ ip: 0.5 }, 'device', 2)).toEqual({ ip: 0.5, device: 2 })
    expect(setTypeWeight({ ip: 0.5 }, 'ip', 1)).toEqual({})
  })
})
