import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 as reference } from 'node:zlib'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32, zip } from './zip.ts'

it('sums as zlib does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (data) => {
      expect(crc32(data)).toBe(reference(data))
    }),
  )
})

it('makes an archive that other programs read, names in Chinese too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-zip-'))
  try {
    const text = new TextEncoder().encode('# 讲解\n')
    const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 37) & 255)
    const made = zip(
      [
        { name: 'story.md', data: text },
        { name: 'pictures/第1步.png', data: noise },
        { name: 'empty', data: new Uint8Array(0) },
      ],
      Date.UTC(2026, 10, 23, 1, 2, 4),
    )
    writeFileSync(join(folder, 'a.zip'), made)
    const script = `
import json, zipfile
z = zipfile.ZipFile('a.zip')
assert z.testzip() is None
print(json.dumps([[i.filename, i.file_size, list(i.date_time), z.read(i).hex()] for i in z.infolist()]))`
    const read = spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' })
    expect(read.status, read.stderr).toBe(0)
    const date = [2026, 11, 23, 1, 2, 4]
    expect(JSON.parse(read.stdout)).toEqual([
      ['story.md', text.length, date, Buffer.from(text).toString('hex')],
      ['pictures/第1步.png', 5000, date, Buffer.from(noise).toString('hex')],
      ['empty', 0, date, ''],
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
