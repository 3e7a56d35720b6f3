import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8')
const filesOf = (folder: string, ending: RegExp) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))

const pages = ['README.md', ...filesOf('docs', /\.md$/)]
/** Pictures that a page shows, from the root. */
const shownBy = (page: string) =>
  [...read(page).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => join(dirname(page), path!))

test('every picture that a page shows is there', () => {
  const missing = pages.flatMap((page) => shownBy(page).filter((path) => !existsSync(join(ROOT, path))))
  expect(missing).toEqual([])
})

test('every picture of the app is shown, and made by `npm run screens`', () => {
  const shots = filesOf('tests/screens', /\.shots\.ts$/)
    .map((path) => read(path))
    .join('\n')
  const pictures = filesOf('docs/screens', /\.png$/)
  expect(pictures.length).toBeGreaterThan(10)
  const shown = new Set(pages.flatMap(shownBy))
  for (const path of pictures) {
    expect(shown, path).toContain(path)
    const name = path.replace(/^.*[\\/]|\.png$/g, '')
    expect(shots, `${name} is made by a shot`).toContain(`'${name}'`)
  }
})
