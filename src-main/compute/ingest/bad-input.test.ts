import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { migrations } from '../../core/db/migrations/index.ts'
import type { ShoalError } from '../../common/errors.ts'
import { openArchive } from './find/archive.ts'
import { importExport } from './import.ts'
import { checkIntegrity, countRows, createWorkspace, writeFiles } from './testing/workspace.ts'
import type { TestWorkspace } from './testing/workspace.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')

let w: TestWorkspace
let before: Record<string, number>
beforeEach(async () => {
  w = createWorkspace(schema)
  writeFiles(w.root, {
    'base/accounts.csv': 'account_id\nu1\nu2\n',
    'base/reports.csv': 'report_id,account_id,text\nr0,u1,first report\n',
  })
  await importExport(w.ctx, { paths: [join(w.root, 'base')] })
  before = countRows(w.db)
})
afterEach(() => w.dispose())

/** Imports what must fail, and makes sure that the workspace is as before. */
async function failing(...paths: string[]): Promise<ShoalError> {
  const error = await importExport(w.ctx, { paths: paths.map((p) => join(w.root, p)) }).then(
    () => null,
    (e: unknown) => e as ShoalError,
  )
  expect(error).not.toBeNull()
  expect(countRows(w.db)).toEqual(before)
  expect(w.db.pragma('foreign_keys', { simple: true })).toBe(1)
  checkIntegrity(w.db)
  return error!
}
const put = (files: Record<string, string | Buffer>) => writeFiles(w.root, files)

const attributesOf = (key: string) =>
  w.db
    .prepare(
      'SELECT r.attributes FROM account_record r JOIN account a ON a.id = r.account_id WHERE a.key = ?',
    )
    .pluck()
    .all(key)

const MANY = `src,dst,type\n${Array.from({ length: 12_000 }, (_, i) => `n${i},m${i},t${i % 7}`).join('\n')}\n`
const REPORTS = `report_id,account_id,text\n${Array.from({ length: 500 }, (_, i) => `q${i},n${i},report text number ${i}`).join('\n')}\n`

describe('columns', () => {
  test('a missing one is named with what was found and a hint, and no other file is imported', async () => {
    put({
      'x/accounts.csv': 'account_id\nnew\n',
      'x/events.csv': 'user_id,timestamp,kind\nu1,2024-01-01,login\n',
    })
    const error = await failing('x')
    expect(error.code).toBe('import_missing_column')
    expect(error.message).toContain(join(w.root, 'x/events.csv'))
    expect(error.message).toContain('"account_id", "ts" is missing')
    expect(error.message).toContain('user_id, timestamp, kind')
    expect(error.message).toContain('rename "user_id" to "account_id" and rename "timestamp" to "ts"')
    expect(error.details).toMatchObject({ table: 'events', missing: ['account_id', 'ts'] })
  })

  test('one that is there twice is refused where it has a role, and kept twice where it has none', async () => {
    put({ 'x/accounts.csv': 'account_id,tier,Account ID\nnew,a,b\n' })
    const error = await failing('x')
    expect(error).toMatchObject({ code: 'import_unreadable' })
    expect(error.message).toContain('"account_id"')
    put({ 'y/accounts.csv': 'account_id,tier,tier\ntwice,a,b\n' })
    await importExport(w.ctx, { paths: [join(w.root, 'y')] })
    expect(attributesOf('twice')).toEqual(['{"tier":"a","tier (2)":"b"}'])
  })

  test('names that every JavaScript object has are names like others', async () => {
    put({ 'x/accounts.csv': 'account_id,constructor,toString,__proto__\nnew,a,b,c\n' })
    await importExport(w.ctx, { paths: [join(w.root, 'x')] })
    expect(attributesOf('new')).toEqual(['{"constructor":"a","toString":"b","__proto__":"c"}'])
    const mapping = w.db.prepare("SELECT mapping FROM source WHERE path LIKE '%x/accounts.csv'").pluck().get()
    expect(mapping).toContain('"__proto__"')
  })

  test('an empty file and a broken header are refused', async () => {
    put({ 'x/accounts.csv': '', 'y/accounts.csv': '"account_id"x,b\nu1,2\n' })
    expect(await failing('x')).toMatchObject({ code: 'import_unreadable' })
    expect(await failing('y')).toMatchObject({ code: 'import_missing_column' })
  })
})

describe('paths', () => {
  test('one that is not there is named', async () => {
    const error = await failing('base', 'nowhere/at-all')
    expect(error.code).toBe('import_missing_file')
    expect(error.message).toContain(join(w.root, 'nowhere/at-all'))
  })

  test('a folder without tables says which formats are read', async () => {
    put({ 'x/users.docx': 'id\n1\n' })
    const error = await failing('x')
    expect(error.code).toBe('import_missing_file')
    expect(error.message).toContain('Excel (.xlsx), Parquet')
  })

  test('a table that says nothing of what it is asks for a mapping', async () => {
    put({ 'x/misc.csv': 'foo,bar\n1,z\n2,z\n' })
    const error = await failing('x')
    expect(error.code).toBe('import_missing_column')
    expect(error.message).toContain('misc.csv: foo, bar')
    expect(error.message).toContain('--mapping')
  })

  test('events alone are refused in a workspace that knows no accounts', async () => {
    put({ 'x/events.csv': 'account_id,ts\nu1,2024-01-01\n' })
    const empty = createWorkspace(schema)
    try {
      await expect(importExport(empty.ctx, { paths: [join(w.root, 'x')] })).rejects.toMatchObject({
        code: 'import_missing_file',
      })
    } finally {
      empty.dispose()
    }
    expect(await importExport(w.ctx, { paths: [join(w.root, 'x')] })).toMatchObject({ rowsStored: 1 })
  })
})

describe('encodings', () => {
  test('an unknown one names file and byte', async () => {
    put({ 'x/accounts.csv': Buffer.from('account_id,name\nu1,M\x81\x00\x8dller\n', 'latin1') })
    const error = await failing('x')
    expect(error.code).toBe('import_encoding')
    expect(error.message).toContain(join(w.root, 'x/accounts.csv'))
    expect(error.message).toContain('byte 20 (0x81)')
    expect(error.details).toMatchObject({ position: 20 })
  })

  test('a bad byte at the end of a long file stops the import before it stores anything', async () => {
    const bytes = Buffer.from(MANY)
    bytes[bytes.length - 2] = 0xff
    put({ 'x/accounts.csv': 'account_id\nnew\n', 'x/relations.csv': bytes })
    expect(await failing('x')).toMatchObject({
      code: 'import_encoding',
      details: { position: bytes.length - 2 },
    })
  })
})

describe('archives', () => {
  async function zip(entries: Record<string, string | Buffer>): Promise<Buffer> {
    const file = new ZipFile()
    for (const [name, content] of Object.entries(entries))
      file.addBuffer(Buffer.from(content as string), name)
    file.end()
    const path = join(w.root, `${createHash('sha1').update(randomBytes(8)).digest('hex')}.tmp`)
    await pipeline(file.outputStream, createWriteStream(path))
    return readFileSync(path)
  }

  test.each([0.2, 0.6, 0.95, 0.999])('cut off at %f of its length', async (share) => {
    const whole = await zip({ 'accounts.csv': 'account_id\nnew\n', 'relations.csv': MANY })
    put({ 'cut.zip': whole.subarray(0, Math.floor(whole.length * share)) })
    const error = await failing('cut.zip')
    expect(error.code).toBe('import_archive')
    expect(error.message).toContain('cut.zip')
  })

  test('with damaged data, wrong name or no zip at all', async () => {
    const whole = await zip({ 'relations.csv': MANY })
    const damaged = Buffer.from(whole)
    damaged[Math.floor(whole.length / 2)] ^= 0xff
    put({ 'damaged.zip': damaged, 'text.zip': 'account_id\nu1\n', 'empty.zip': '' })
    for (const name of ['damaged.zip', 'text.zip', 'empty.zip']) {
      const error = await failing(name)
      expect(error.code).toBe('import_archive')
      expect(error.message).toContain(name)
    }
  })

  test('with stored data whose checksum is wrong', async () => {
    const file = new ZipFile()
    file.addBuffer(Buffer.from('account_id\nsomebody\n'), 'accounts.csv', { compress: false })
    file.end()
    const path = join(w.root, 'sum.zip')
    await pipeline(file.outputStream, createWriteStream(path))
    const bytes = readFileSync(path)
    bytes[bytes.indexOf('somebody')] = 'S'.charCodeAt(0)
    writeFileSync(path, bytes)
    const error = await failing('sum.zip')
    expect(error.code).toBe('import_archive')
    expect(error.message).toContain('checksum')
  })

  test('with names that leave the archive', async () => {
    const bytes = await zip({ 'xx/accounts.csv': 'account_id\nnew\n' })
    put({ 'evil.zip': Buffer.from(bytes.toString('latin1').replaceAll('xx/acc', '../acc'), 'latin1') })
    const error = await failing('evil.zip')
    expect(error.code).toBe('import_archive')
    expect(error.message).toContain('../accounts.csv')
  })

  test('with an encrypted table', async () => {
    const bytes = await zip({ 'accounts.csv': 'account_id\nnew\n' })
    for (const [signature, flags] of [
      [Buffer.from([0x50, 0x4b, 3, 4]), 6],
      [Buffer.from([0x50, 0x4b, 1, 2]), 8],
    ] as const) {
      bytes[bytes.indexOf(signature) + flags] |= 1
    }
    put({ 'locked.zip': bytes })
    const error = await failing('locked.zip')
    expect(error.code).toBe('import_archive')
    expect(error.message).toContain('encrypted')
  })

  test('that would unpack to far more than a table does, or to another size than declared', async () => {
    const bomb = await zip({ 'accounts.csv': `account_id\n${'0'.repeat(20 * 1024 * 1024)}\n` })
    put({ 'bomb.zip': bomb })
    const error = await failing('bomb.zip')
    expect(error.code).toBe('import_archive')
    expect(error.message).toContain('zip bomb')

    const lying = await zip({ 'accounts.csv': 'account_id\nnew\n' })
    lying.writeUInt32LE(5, lying.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24)
    put({ 'lying.zip': lying })
    expect(await failing('lying.zip')).toMatchObject({ code: 'import_archive' })
  })

  test('limits on files and bytes hold', async () => {
    put({
      'two.zip': await zip({ 'accounts.csv': 'account_id\nnew\n', 'labels.csv': 'account_id,label\nu1,x\n' }),
    })
    const path = join(w.root, 'two.zip')
    const limits = { totalBytes: 1e9, ratio: 200, ratioFrom: 1e6, entries: 10 }
    await expect(openArchive(path, { ...limits, entries: 1 })).rejects.toMatchObject({
      code: 'import_archive',
    })
    await expect(openArchive(path, { ...limits, totalBytes: 20 })).rejects.toMatchObject({
      code: 'import_archive',
    })
    const opened = await openArchive(path, limits)
    expect(opened.files.map((f) => f.name)).toEqual(['accounts.csv', 'labels.csv'])
    await opened.close()
  })
})

describe('while storing', () => {
  test('a full disk leaves the workspace as before, and the import works when there is space', async () => {
    put({ 'x/relations.csv': MANY, 'x/reports.csv': REPORTS })
    const pages = w.db.pragma('page_count', { simple: true }) as number
    w.db.pragma(`max_page_count = ${pages + 200}`)
    const error = await failing('x')
    expect(error.code).toBe('disk_full')
    expect(error.message).toContain(w.ctx.workspace)
    w.db.pragma('max_page_count = 1000000')
    expect(await importExport(w.ctx, { paths: [join(w.root, 'x')] })).toMatchObject({ rowsStored: 12_500 })
    checkIntegrity(w.db)
  })

  test('a read-only workspace says so', async () => {
    put({ 'x/relations.csv': MANY })
    w.db.pragma('query_only = ON')
    const error = await importExport(w.ctx, { paths: [join(w.root, 'x')] }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'read_only' })
    w.db.pragma('query_only = OFF')
    expect(countRows(w.db)).toEqual(before)
  })

  test.each(['import.check', 'import.relations', 'import.reports'])(
    'a cancel during %s leaves the workspace as before',
    async (phase) => {
      put({ 'x/relations.csv': MANY, 'x/reports.csv': REPORTS })
      let heard = 0
      const progress = w.ctx.progress
      w.ctx = {
        ...w.ctx,
        progress(p) {
          progress(p)
          if (p.phase === phase && ++heard === 2) w.abort.abort()
        },
      }
      expect(await failing('x')).toMatchObject({ code: 'cancelled' })
      expect(heard).toBeGreaterThanOrEqual(2)
    },
  )

  test('a file that changes meanwhile is refused', async () => {
    put({ 'x/relations.csv': MANY })
    let changed = false
    w.ctx = {
      ...w.ctx,
      progress(p) {
        if (p.phase === 'import.relations' && !changed) {
          changed = true
          appendFileSync(join(w.root, 'x/relations.csv'), 'late,row,x\n')
        }
      },
    }
    const error = await failing('x')
    expect(error.code).toBe('import_unreadable')
    expect(error.message).toContain('changed while')
  })

  test('a second import into the same workspace has to wait', async () => {
    put({ 'x/relations.csv': MANY })
    const paths = [join(w.root, 'x')]
    const first = importExport(w.ctx, { paths })
    await expect(importExport(w.ctx, { paths })).rejects.toMatchObject({ code: 'busy' })
    expect(await first).toMatchObject({ rowsStored: 12_000 })
  })

  test('no path at all is refused', async () => {
    await expect(importExport(w.ctx, { paths: [] })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
