import { describe, expect, it } from 'vitest'
import { en, zh } from './resources.ts'

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value)
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) out.set(inner, text)
  }
  return out
}
/** Chinese has one plural form, English two: compare by the key they share. */
const base = (key: string) => key.replace(/_(one|other)$/, '')
const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]!).sort()

describe('catalogues', () => {
  const english = flatten(en as Tree)
  const chinese = flatten(zh as Tree)

  it('have the same keys in both languages', () => {
    const inEnglish = new Set([...english.keys()].map(base))
    const inChinese = new Set([...chinese.keys()].map(base))
    expect([...inEnglish].filter((key) => !inChinese.has(key))).toEqual([])
    expect([...inChinese].filter((key) => !inEnglish.has(key))).toEqual([])
  })

  it('have every plural form that a language needs', () => {
    for (const catalogue of [english, chinese]) {
      for (const key of catalogue.keys()) {
        if (key.endsWith('_one')) expect(catalogue.has(`${base(key)}_other`), key).toBe(true)
      }
    }
  })

  it('use the same placeholders in both languages', () => {
    for (const [key, text] of english) {
      const other = chinese.get(key) ?? chinese.get(`${base(key)}_other`)
      if (other === undefined || key.endsWith('_one')) continue
      expect(placeholders(other), key).toEqual(placeholders(text))
    }
  })

  it('have no empty texts and no English left in Chinese', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('')
    for (const [key, text] of chinese) {
      const words = text.replace(/\{\{\w+\}\}/g, '')
      if (/[a-z]{4,} [a-z]{3,} [a-z]{3,}/.test(words)) expect.fail(`${key} is not translated: ${text}`)
    }
  })

  it('use full-width punctuation between Chinese words', () => {
    for (const [key, text] of chinese) expect(text, key).not.toMatch(/[一-鿿][,;:!?]|[,;!?][一-鿿]/)
  })
})
