import { describe, expect, it } from 'vitest'
import { en, zh } from '../../ui/i18n/resources.ts'
import type { T } from '../../ui/i18n/index.ts'
import { findSettings, SETTINGS } from './list.ts'

/** A catalogue's texts, without plurals and values. */
const textsOf = (catalogue: object): T => {
  return (key) => {
    const found = key
      .split('.')
      .reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], catalogue)
    if (typeof found !== 'string') throw new Error(`${key} is not in the catalogue`)
    return found
  }
}
const ids = (query: string, t: T) => findSettings(query, t).map(({ id }) => id)

describe('the search in settings', () => {
  const [english, chinese] = [textsOf(en), textsOf(zh)]

  it('finds everything for nothing, each once and with a name and a line in both languages', () => {
    expect(ids('  ', english)).toEqual(SETTINGS.map(({ id }) => id))
    expect(new Set(ids('', chinese)).size).toBe(SETTINGS.length)
  })

  it('finds by name, by choice and by what the line says', () => {
    expect(ids('THEME', english)[0]).toBe('theme')
    expect(ids('dark', english)).toContain('theme')
    expect(ids('pseudonyms', english)).toEqual(['hideNames'])
    expect(ids('onnx models', english)).toEqual(['providers'])
    expect(ids('时区', chinese)[0]).toBe('zone')
    expect(ids('复核', chinese)).toEqual(['dailyReviews'])
    expect(ids('zebra', english)).toEqual([])
  })

  it('puts those first that are named so', () => {
    const found = ids('workspace', english)
    expect(found[0]).toBe('workspacesDir')
    expect(found.length).toBeGreaterThan(2)
  })
})
