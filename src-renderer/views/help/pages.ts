/** The handbook: docs/handbook/<language>/<nn>-<name>.md, the same names in every language; shipped with the app. */
const files = {
  en: import.meta.glob<string>('../../../docs/handbook/en/*.md', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
  'zh-CN': import.meta.glob<string>('../../../docs/handbook/zh-CN/*.md', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
}

export interface Page {
  /** File name without number and ending: 'map'. Links and the panel's own help name it. */
  name: string
  title: string
  /** Markdown without its title. */
  text: string
}

/** A part of a page under one heading: what a search finds. */
export interface Part {
  page: string
  /** Of the heading within the page; '' for what comes before the first one. */
  anchor: string
  title: string
  text: string
}

/** A page from its file. Its first line is its title: '# Map'. */
export function pageOf(path: string, content: string): Page {
  const name = path.replace(/^(.*\/)?(\d+-)?/, '').replace(/\.md$/, '')
  const [first = '', ...rest] = content.split('\n')
  return { name, title: first.replace(/^#\s*/, '').trim(), text: rest.join('\n').trim() }
}

/** In the order of their numbers. */
export function pagesIn(language: string): Page[] {
  const own = language === 'zh-CN' ? files['zh-CN'] : files.en
  return Object.keys(own)
    .sort()
    .map((path) => pageOf(path, own[path]!))
}

/** 'Lasso and box' -> 'lasso-and-box'; Chinese stays as it is. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')

/** A page cut at its headings. */
export function partsOf(page: Page): Part[] {
  const parts: Part[] = []
  let part: Part = { page: page.name, anchor: '', title: page.title, text: '' }
  for (const line of page.text.split('\n')) {
    const heading = /^#{2,4}\s+(.*)$/.exec(line)
    if (heading) {
      parts.push(part)
      const title = heading[1]!.trim()
      part = { page: page.name, anchor: anchorOf(title), title, text: '' }
    } else part.text += `${line}\n`
  }
  parts.push(part)
  return parts.filter(({ text, anchor }) => text.trim() !== '' || anchor !== '')
}
