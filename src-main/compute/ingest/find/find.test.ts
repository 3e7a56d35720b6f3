import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { zipOf } from '../read/testing/workbook.ts'
import { findFiles } from './find.ts'

let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'shoal-find-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
}
async function seen(path: string): Promise<{ files: string[]; ignored: string[] }> {
  const found = await findFiles([join(root, path)])
  const of = ({ path, entry }: { path: string; entry: string | null }) =>
    path.slice(root.length + 1) + (entry === null ? '' : ` › ${entry}`)
  try {
    return { files: found.files.map(of), ignored: found.ignored.map(of) }
  } finally {
    await found.close()
  }
}

describe('in a folder', () => {
  test('archives are opened, without what macOS puts into them', async () => {
    put({
      'x/a.csv': 'id\n1\n',
      'x/data.tsv.zip': await zipOf({
        'edges.tsv': 'a\tb\n',
        '__MACOSX/._edges.tsv': '\0',
        'photo.png': 'x',
      }),
    })
    expect(await seen('x')).toEqual({
      files: ['x/a.csv', 'x/data.tsv.zip › edges.tsv'],
      ignored: ['x/data.tsv.zip › photo.png'],
    })
  })

  test('texts without an ending that says anything are taken where nothing else is there', async () => {
    put({
      'x/out.ego-facebook': '% sym\n1 2\n',
      'x/SMSSpamCollection': 'ham\thello\n',
      'x/README': 'read me',
      'x/meta.md': '# x',
      'x/model.bin': Buffer.from([0, 1, 2, 3]),
    })
    expect(await seen('x')).toEqual({
      files: ['x/SMSSpamCollection', 'x/out.ego-facebook'],
      ignored: ['x/README', 'x/meta.md', 'x/model.bin'],
    })
    put({ 'x/a.csv': 'id\n1\n' })
    expect((await seen('x')).files).toEqual(['x/a.csv'])
  })

  test('where nothing can be taken, the message says what is there', async () => {
    put({ 'x/photo.png': Buffer.from([0x89, 0x50, 0, 1]), 'x/notes.pdf': '%PDF' })
    await expect(seen('x')).rejects.toThrow(/nothing of that: notes\.pdf, photo\.png/)
  })
})
