import MiniSearch from 'minisearch'
import { keysOf } from './keys.ts'
import { partsOf, type Page, type Part } from './pages.ts'

/**
 * Words of a text as they are looked up: Latin words as they are, Chinese as single characters and pairs of neighbours (there
 * are no spaces between words, and a pair is nearly always a word or a part of one).
 */
export function wordsOf(text: string): string[] {
  const words: string[] = []
  for (const [run] of text.toLowerCase().matchAll(/[\p{Script=Han}]+|[\p{L}\p{N}]+/gu)) {
    if (!/\p{Script=Han}/u.test(run)) {
      words.push(run)
      continue
    }
    const characters = [...run]
    characters.forEach((character, i) => {
      words.push(character)
      const next = characters[i + 1]
      if (next !== undefined) words.push(character + next)
    })
  }
  return words
}

/** What remains of Markdown when it is shown in one line. */
export const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^\s*\|?[\s:|-]+\|?\s*$/gm, ' ')
    .replaceAll(/`(keys:[^`]+)`/g, (_all, code: string) => keysOf(code) ?? '')
    .replaceAll(/[*_`#|>]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

export interface Found extends Part {
  /** A few words around the first hit. */
  excerpt: string
}

const AROUND = 70

/**
 * Looks words up in all pages; headings count more than text, and a slip of a letter is forgiven. `others` are the same
 * pages in the other language: a part is found by its words too (who reads Chinese may type 'tour'), but shown in its own.
 */
export class HandbookSearch {
  private readonly index: MiniSearch<Words>
  private readonly parts: Part[]

  constructor(pages: readonly Page[], others: readonly Page[] = []) {
    this.parts = pages.flatMap(partsOf)
    this.index = emptyIndex()
    this.index.addAll(wordsOfParts(this.parts, pages, others))
  }

  /** The same, made between other things: nothing waits long for it. */
  static async gradually(pages: readonly Page[], others: readonly Page[]): Promise<HandbookSearch> {
    const search = new HandbookSearch([])
    search.parts.push(...pages.flatMap(partsOf))
    await search.index.addAllAsync(wordsOfParts(search.parts, pages, others), { chunkSize: 4 })
    return search
  }

  /** Best first; nothing for an empty query. */
  find(query: string, limit = 20): Found[] {
    if (wordsOf(query).length === 0) return []
    return this.index
      .search(query)
      .slice(0, limit)
      .map(({ id, terms }) => {
        const part = this.parts[id as number]!
        return { ...part, excerpt: excerptOf(plain(part.text), terms) }
      })
  }
}

interface Words {
  id: number
  title: string
  text: string
  other: string
}

const emptyIndex = () =>
  new MiniSearch<Words>({
    fields: ['title', 'text', 'other'],
    tokenize: wordsOf,
    searchOptions: {
      boost: { title: 3, other: 0.3 },
      prefix: (word) => word.length > 1,
      fuzzy: (word) => (/\p{Script=Han}/u.test(word) || word.length < 4 ? false : 0.2),
      combineWith: 'AND',
    },
  })

function wordsOfParts(parts: readonly Part[], pages: readonly Page[], others: readonly Page[]): Words[] {
  const other = otherWords(pages, others)
  return parts.map((part, id) => ({ id, title: part.title, text: plain(part.text), other: other[id]! }))
}

/** What each part says in the other language: the part at the same place of the page, where both have as many. */
function otherWords(pages: readonly Page[], others: readonly Page[]): string[] {
  return pages.flatMap((page) => {
    const own = partsOf(page)
    const same = others.find(({ name }) => name === page.name)
    const parts = same ? partsOf(same) : []
    const words = parts.map(({ title, text }) => `${title} ${plain(text)}`)
    if (parts.length === own.length) return words
    // Else the page as a whole is found.
    return own.map((_, i) => (i === 0 ? words.join(' ') : ''))
  })
}

function excerptOf(text: string, terms: readonly string[]): string {
  const lower = text.toLowerCase()
  const at = Math.min(...terms.map((term) => lower.indexOf(term)).filter((i) => i >= 0), lower.length)
  const from = at === lower.length ? 0 : Math.max(0, at - AROUND)
  const to = Math.min(text.length, from + 2 * AROUND + 20)
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`
}
