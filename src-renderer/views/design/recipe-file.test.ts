import { describe, expect, it } from 'vitest'
import { DEFAULT_RECIPE, recipeSchema } from '../../../src-main/common/recipe.ts'
import { freeName, groupRecipes } from './recipe-list.tsx'
import { readRecipeFile, recipeFileName, recipeFileText } from './recipe-file.ts'
import { readDrafted, readShown } from './store.ts'
import { fieldText, readField, windowProblem } from './window.ts'

describe('recipe files', () => {
  it('come back as they were', () => {
    const recipe = recipeSchema.parse({ name: '设备 2', entities: { types: ['device'], hubCap: 20 } })
    expect(readRecipeFile(recipeFileText(recipe))).toEqual({ ok: true, recipe, ignored: [] })
    expect(readRecipeFile(`\ufeff${JSON.stringify(recipe)}`)).toMatchObject({ ok: true, recipe })
  })

  it('say what is wrong with another file', () => {
    expect(readRecipeFile('{')).toMatchObject({ ok: false, why: 'json' })
    expect(readRecipeFile('[1]')).toMatchObject({ ok: false, why: 'kind' })
    expect(readRecipeFile('{"accounts": 3}')).toMatchObject({ ok: false, why: 'kind' })
    expect(readRecipeFile('{"version": 9, "name": "x"}')).toEqual({ ok: false, why: 'version', where: '9' })
    expect(readRecipeFile('{"entities": {"hubCap": 1}}')).toEqual({
      ok: false,
      why: 'setting',
      where: 'entities.hubCap',
    })
  })

  it('name what they leave out', () => {
    const read = readRecipeFile('{"name": "x", "colour": 1, "entities": {"hubCap": 9, "magic": true}}')
    expect(read).toMatchObject({ ok: true, ignored: ['colour', 'entities.magic'] })
  })

  it('are called after the recipe, in any script', () => {
    expect(recipeFileName('friends & devices')).toBe('friends-devices.recipe.json')
    expect(recipeFileName('设备/2')).toBe('设备-2.recipe.json')
    expect(recipeFileName('…')).toBe('recipe.recipe.json')
  })
})

describe('saved recipes', () => {
  it('are grouped by name, newest first', () => {
    const saved = (id: number, name: string, revision: number) => ({
      id,
      name,
      revision,
      recipe: DEFAULT_RECIPE,
      sha256: '',
      savedAt: id,
      savedBy: 'L. Chen',
      builtRunId: null,
    })
    const groups = groupRecipes([saved(1, 'a', 1), saved(3, 'a', 2), saved(2, 'b', 1)])
    expect(groups.map((g) => [g.name, g.revisions.map((r) => r.revision)])).toEqual([
      ['a', [2, 1]],
      ['b', [1]],
    ])
  })

  it('are copied under a free name', () => {
    expect(freeName('x copy', new Set(['x']))).toBe('x copy')
    expect(freeName('x copy', new Set(['x copy', 'x copy 2']))).toBe('x copy 3')
  })
})

describe('what is remembered', () => {
  it('survives nonsense and keeps what makes sense', () => {
    expect(readDrafted(null).draft).toEqual(DEFAULT_RECIPE)
    expect(readDrafted({ draft: { entities: { hubCap: 'x' } }, baseId: 'y' })).toMatchObject({
      draft: DEFAULT_RECIPE,
      baseId: null,
    })
    expect(readShown({ tab: 'moon', chosen: [1, 'a', 2] })).toMatchObject({ tab: 'recipe', chosen: [1, 2] })
    const draft = recipeSchema.parse({ name: 'mine', minEvidence: 2 })
    expect(readDrafted({ draft, build: { detector: 'leiden', seed: 4 } })).toMatchObject({
      draft,
      build: { detector: 'leiden', params: {}, seed: 4 },
    })
    expect(readShown({ tab: 'compare' }).tab).toBe('compare')
  })
})

describe('the time window', () => {
  it('is shown and read in the workspace’s zone', () => {
    const at = Date.UTC(2026, 2, 1, 16, 30)
    expect(fieldText(at, 480)).toBe('2026-03-02T00:30')
    expect(readField('2026-03-02T00:30', 480)).toBe(at)
    expect(readField('', 480)).toBeNull()
  })

  it('must have a length, and may warn that it is outside', () => {
    const span = { from: 100, to: 200 }
    expect(windowProblem(null, 5, span)).toBe('bad')
    expect(windowProblem(5, 5, span)).toBe('order')
    expect(windowProblem(200, 300, span)).toBe('outside')
    expect(windowProblem(150, 300, span)).toBeNull()
  })
})
