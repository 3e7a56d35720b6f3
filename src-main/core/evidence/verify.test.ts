import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportPack } from './export.ts'
import { filesOf, makeWorkspace } from './testing/workspace.ts'
import { verifyPack } from './verify.ts'

let w: Awaited<ReturnType<typeof makeWorkspace>>
let pack: string
let files: Map<string, Buffer>
beforeAll(async () => {
  w = await makeWorkspace()
  pack = (await exportPack(w.ctx, { caseId: w.caseId, out: w.out, pseudonyms: false })).path
  files = filesOf(pack)
})
afterAll(() => {
  w.db.close()
  rmSync(w.folder, { recursive: true })
})
const codes = async (path = pack) => (await verifyPack(path)).problems.map((p) => [p.code, p.file])

test('any flipped bit in any file is found', async () => {
  const names = [...files.keys()]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.nat(),
      fc.integer({ min: 0, max: 7 }),
      async (name, at, bit) => {
        const bytes = Buffer.from(files.get(name)!)
        bytes[at % bytes.length] ^= 1 << bit
        writeFileSync(join(pack, name), bytes)
        const result = await verifyPack(pack)
        writeFileSync(join(pack, name), files.get(name)!)
        // The case of a hex digit carries no meaning: 'a' and 'A' are the same checksum.
        const same =
          bytes.toString('latin1').toLowerCase() === files.get(name)!.toString('latin1').toLowerCase()
        if (!(same && name === 'tagmanifest-sha256.txt')) expect(result.ok).toBe(false)
      },
    ),
    { numRuns: 40 },
  )
  expect((await verifyPack(pack)).ok).toBe(true)
})

test('every missing file is found, and every added one', async () => {
  for (const [name, bytes] of files) {
    rmSync(join(pack, name))
    const result = await verifyPack(pack)
    expect(result.ok, name).toBe(false)
    expect(result.problems.some((p) => p.file === name)).toBe(true)
    writeFileSync(join(pack, name), bytes)
  }
  for (const name of ['extra.txt', 'data/extra.txt', 'data/tables/x/y.csv']) {
    mkdirSync(dirname(join(pack, name)), { recursive: true })
    writeFileSync(join(pack, name), 'x')
    expect(await codes()).toContainEqual(['extra_file', name])
    rmSync(join(pack, name))
  }
  rmSync(join(pack, 'data/tables/x'), { recursive: true })
  expect((await verifyPack(pack)).ok).toBe(true)
})

/** A forger who knows BagIt: changes a file and brings the manifests and Payload-Oxum into line. */
function forge(change: (root: string) => void): string {
  const root = join(w.folder, 'forged')
  rmSync(root, { recursive: true, force: true })
  cpSync(pack, root, { recursive: true })
  change(root)
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(root, name)))
      .digest('hex')
  const payload = [...filesOf(root)].filter(([name]) => name.startsWith('data/'))
  const lines = (names: string[]) => names.map((n) => `${hash(n)}  ${n}\n`).join('')
  writeFileSync(join(root, 'manifest-sha256.txt'), lines(payload.map(([n]) => n)))
  const bytes = payload.reduce((sum, [, b]) => sum + b.length, 0)
  const info = readFileSync(join(root, 'bag-info.txt'), 'utf8')
  writeFileSync(
    join(root, 'bag-info.txt'),
    info.replace(/^Payload-Oxum: .*/m, `Payload-Oxum: ${bytes}.${payload.length}`),
  )
  writeFileSync(
    join(root, 'tagmanifest-sha256.txt'),
    lines(['bag-info.txt', 'bagit.txt', 'manifest-sha256.txt']),
  )
  return root
}
const edit = (root: string, name: string, how: (text: string) => string) =>
  writeFileSync(join(root, name), how(readFileSync(join(root, name), 'utf8')))

test('a forged journal is found although every checksum fits', async () => {
  const journal = 'data/provenance/journal.jsonl'
  expect(await codes(forge(() => {}))).toEqual([])
  for (const how of [
    (t: string) => t.replace('L. Chen', 'M. Chen'),
    (t: string) => t.replace('judge.note.add', 'judge.note.retract'),
    (t: string) => t.split('\n').slice(1).join('\n'),
    (t: string) => `${t.trim().split('\n').slice(0, -1).join('\n')}\n`,
    () => '',
    () => 'no json\n',
  ])
    expect(await codes(forge((root) => edit(root, journal, how)))).toEqual([['bad_journal', journal]])
  expect(await codes(forge((root) => rmSync(join(root, journal))))).toContainEqual(['bad_journal', journal])
})

test('rows that cite what no source has are found', async () => {
  const events = 'data/tables/events.csv'
  const sources = 'data/provenance/sources.csv'
  expect(await codes(forge((root) => edit(root, events, (t) => t.replace(/,1\n/, ',101\n'))))).toEqual([
    ['source_mismatch', events],
  ])
  expect(
    await codes(forge((root) => edit(root, events, (t) => t.replace(/[0-9a-f]{64}/, 'f'.repeat(64))))),
  ).toEqual([['source_mismatch', events]])
  expect(await codes(forge((root) => rmSync(join(root, sources))))).toEqual([['source_mismatch', sources]])
})

test('rows as they were belong to listed files, too; rows that were read again count with their file', async () => {
  const raw = 'data/provenance/rows.jsonl'
  for (const how of [
    (t: string) => t.replace(/"source_row":\d+/, '"source_row":4711'),
    (t: string) => t.replace(/[0-9a-f]{64}/, 'f'.repeat(64)),
    (t: string) => `${t}no json\n`,
    (t: string) => `${t}{"source_row":1}\n`,
  ])
    expect(await codes(forge((root) => edit(root, raw, how)))).toEqual([['source_mismatch', raw]])
  // Of a file's three rows, two were rejected and read again: row 3 is cited all the same.
  const sources = 'data/provenance/sources.csv'
  const again = (t: string, of: string) =>
    t
      .split('\n')
      .flatMap((line) => {
        const cells = line.split(',')
        if (cells[5] !== 'events') return [line]
        cells[8] = '1'
        const child = [...cells]
        child[0] = '99'
        child[1] = of
        child[8] = '2'
        return [cells.join(','), child.join(',')]
      })
      .join('\n')
  const listed = readFileSync(join(pack, sources), 'utf8').split('\n')
  expect(listed[0]).toMatch(/^source,read_again_of,source_file,source_sha256,part,table,bytes,encoding,rows,/)
  const events = listed.find((line) => line.split(',')[5] === 'events')!.split(',')[0]!
  expect(await codes(forge((root) => edit(root, sources, (t) => again(t, events))))).toEqual([])
  const others = await codes(forge((root) => edit(root, sources, (t) => again(t, '98'))))
  expect(others).toContainEqual(['source_mismatch', 'data/tables/events.csv'])
})

test('manifests cannot reach outside the pack, and links are not followed', async () => {
  const outside = join(w.folder, 'outside.txt')
  writeFileSync(outside, 'secret')
  const hash = createHash('sha256').update('secret').digest('hex')
  for (const path of [
    'data/../../outside.txt',
    outside,
    '../outside.txt',
    'data\\..\\x',
    'data//x',
    'data/%0A/../../outside.txt',
    '~/x',
  ]) {
    const root = forge(() => {})
    edit(root, 'manifest-sha256.txt', (t) => `${t}${hash}  ${path}\n`)
    expect(
      (await codes(root)).some(([code]) => code === 'bad_manifest'),
      path,
    ).toBe(true)
  }
  const root = forge(() => {})
  symlinkSync(outside, join(root, 'data', 'link.txt'))
  expect(await codes(root)).toEqual([['bad_bag', 'data/link.txt']])
})

test('a folder that is no bag, a file and nothing at all are told apart', async () => {
  const empty = join(w.folder, 'empty')
  mkdirSync(empty)
  expect((await codes(empty)).filter(([code]) => code === 'bad_bag').map(([, file]) => file)).toEqual([
    'bagit.txt',
    'tagmanifest-sha256.txt',
    'manifest-sha256.txt',
    'bag-info.txt',
  ])
  await expect(verifyPack(join(pack, 'bagit.txt'))).rejects.toMatchObject({ code: 'unsupported_here' })
  await expect(verifyPack(join(w.folder, 'nowhere'))).rejects.toMatchObject({ code: 'not_found' })
})
