import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'rolldown/parseAst'
import { describe, expect, it } from 'vitest'

/** Attributes that a person reads or hears. */
const READ = new Set(['title', 'aria-label', 'placeholder', 'label', 'alt', 'text', 'description', 'about'])
/** Words that are the same in every language. */
const ALLOWED = new Set(['Shoal', 'SHA-256', 'ONNX', 'EN', '中文', 'Esc', 'C-'])

interface Node {
  type?: string
  [key: string]: unknown
}

/** Texts in JSX that are written into the source instead of the catalogues. */
export function hardCodedText(code: string): string[] {
  const found: string[] = []
  const check = (text: unknown) => {
    if (typeof text !== 'string' || !/\p{L}{2,}/u.test(text)) return
    if (!ALLOWED.has(text.trim())) found.push(text.trim())
  }
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit)
    if (typeof node !== 'object' || node === null) return
    const n = node as Node
    if (n.type === 'JSXText') check(n['value'])
    if (n.type === 'JSXAttribute') {
      const name = (n['name'] as Node)['name']
      const value = n['value'] as Node | null
      if (READ.has(String(name)) && value?.type === 'Literal') check(value['value'])
    }
    if (n.type === 'JSXExpressionContainer') {
      const inner = n['expression'] as Node
      if (inner.type === 'Literal' && n['inChild']) check(inner['value'])
    }
    if (n.type === 'JSXElement' || n.type === 'JSXFragment') {
      for (const child of n['children'] as Node[]) {
        if (child.type === 'JSXExpressionContainer') child['inChild'] = true
      }
    }
    for (const key of Object.keys(n)) if (key !== 'parent') visit(n[key])
  }
  visit(parseAst(code, { lang: 'tsx' }))
  return found
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.includes('.test.'))
    .map((name) => join(folder, name))
}

describe('texts', () => {
  it('are found when they are written into JSX', () => {
    expect(hardCodedText('const a = <p>Hello there</p>')).toEqual(['Hello there'])
    expect(hardCodedText('const a = <p title="Hello">{x}</p>')).toEqual(['Hello'])
    expect(hardCodedText(`const a = <p>{'Hello'}</p>`)).toEqual(['Hello'])
    expect(hardCodedText('const a = <p className="x">{t("k")} · 3</p>')).toEqual([])
  })

  it('come from the catalogues everywhere in the renderer', () => {
    const root = join(import.meta.dirname, '../..')
    const found = files(root).flatMap((file) =>
      hardCodedText(readFileSync(file, 'utf8')).map((text) => `${file.slice(root.length + 1)}: ${text}`),
    )
    expect(found).toEqual([])
  })
})
