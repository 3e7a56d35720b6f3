import { expect, test } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema, unknownSettings } from './recipe.ts'

test('a recipe of version 1 reads as what it meant', () => {
  const stored = {
    version: 1,
    name: 'default',
    entities: { hubCap: 30, minShared: 2 },
    decayHalfLifeDays: null,
  }
  expect(recipeSchema.parse(stored)).toEqual({
    ...DEFAULT_RECIPE,
    entities: { ...DEFAULT_RECIPE.entities, hubCap: 30, minShared: 2 },
    decayHalfLifeDays: null,
  })
})

test('settings that no recipe has are named', () => {
  const content = {
    name: 'meet',
    oops: 1,
    cooccurrence: { kinds: ['ip'], on: ['device'] },
    relations: { byType: { anything: 2 }, types: null },
    window: { from: 1, to: 2 },
  }
  expect(unknownSettings(content, recipeSchema.parse(content))).toEqual(['oops', 'cooccurrence.kinds'])
  expect(unknownSettings(DEFAULT_RECIPE, DEFAULT_RECIPE)).toEqual([])
})
