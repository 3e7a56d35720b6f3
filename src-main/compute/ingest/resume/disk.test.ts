import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { migrations } from '../../../core/db/migrations/index.ts'
import type { ShoalError } from '../../../common/errors.ts'
import { openStore } from '../../store/open.ts'
import { makeIndexes } from '../bulk/indexes.ts'
import { importExport, sweepInterrupted } from '../import.ts'
import { contextFor, createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { checkWorkspace } from './check.ts'
import { contentHash } from './content-hash.ts'

const schema = migrations.map(({ sql }) => sql).join('\n')
/** Whether a small file system can be made here: Linux, as root. */
const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const probe = mkdtempSync(join(tmpdir(), 'shoal-mount-'))
const mayMount =
  process.platform === 'linux' &&
  mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe) &&
  spawnSync('umount', [probe]).status === 0
rmdirSync(probe)
const mounted: string[] = []

let w: TestWorkspace
let before: string
beforeEach(async () => {
  w = createWorkspace(schema)
  writeFiles(w.root, {
    'base/accounts.csv': 'account_id\nu1\nu2\n',
    'base/reports.csv': 'report_id,account_id,text\nr0,u1,first report\n',
    // Enough for the indexes of relations to be put aside and made behind them.
    'big/relations.csv': `src,dst,type\n${Array.from({ length: 56_000 }, (_, i) => `account-${'0'.repeat(20)}${i % 3000},account-${'1'.repeat(20)}${i % 2999},t${i % 7}`).join('\n')}\n`,
    'big/reports.csv': `report_id,account_id,text\n${Array.from({ length: 500 }, (_, i) => `q${i},n${i},report text number ${i}`).join('\n')}\n`,
  })
  await importExport(w.ctx, { paths: [join(w.root, 'base')] })
  before = (await contentHash(w.ctx)).sha256
})
afterEach(() => {
  vi.unstubAllEnvs()
  w.db.close()
  for (const at of mounted.splice(0)) spawnSync('umount', ['-l', at])
  w.dispose()
})

const importBig = () =>
  importExport(w.ctx, { paths: [join(w.root, 'big')] }).then(
    () => null,
    (error: unknown) => error as ShoalError,
  )

/** Nothing of a failed import is seen; once there is room it is cleared away, and the same import works. */
async function asBefore(): Promise<void> {
  expect((await contentHash(w.ctx)).sha256).toBe(before)
  await sweepInterrupted(w.ctx, 'nothing')
  await makeIndexes(w.ctx)
  const report = await checkWorkspace(w.ctx)
  expect(report.items.filter(({ faults }) => faults > 0)).toEqual([])
  expect(report).toMatchObject({ contentHash: before, waiting: 0 })
  expect(await importBig()).toBeNull()
  expect((await checkWorkspace(w.ctx)).counts).toMatchObject({ relation: 56_000, report: 501 })
}

describe('a disk that is full', () => {
  const fill = () => w.db.pragma(`max_page_count = ${w.db.pragma('page_count', { simple: true }) as number}`)
  const free = () => w.db.pragma('max_page_count = 1000000')

  test.each(['import.relations', 'import.reports', 'import.indexes', 'import.publish'])(
    'from %s on',
    async (phase) => {
      let told = false
      w.ctx = contextFor(w.ctx.workspace, w.db, undefined, (progress) => {
        if (progress.phase !== phase || told) return
        told = true
        // Publishing itself needs no page more than there is: something else takes those that are free.
        fill()
        if (phase === 'import.publish') takeFreePages()
      })
      const error = await importBig()
      expect(told).toBe(true)
      if (error !== null) {
        expect(error).toMatchObject({ code: 'disk_full' })
        expect(error.message).toContain(w.ctx.workspace)
        expect(error.message).toContain('Free some space')
        free()
        await asBefore()
      } else {
        // What is published stands, whatever comes behind.
        free()
        expect((await checkWorkspace(w.ctx)).counts).toMatchObject({ relation: 56_000 })
      }
    },
  )

  /** Fills pages that were freed, and the last one of the table, so that every further byte needs a new page. */
  function takeFreePages(): void {
    for (const size of [100_000, 1000, 50, 1]) {
      try {
        for (let i = 0; ; i++)
          w.db
            .prepare(`INSERT INTO setting (key, value) VALUES (?, ?)`)
            .run(`fill-${size}-${i}`, 'x'.repeat(size))
      } catch (error) {
        expect((error as { code: string }).code).toBe('SQLITE_FULL')
      }
    }
  }

  test.runIf(mayMount)('for real: a small file system (skipped where none may be mounted)', async () => {
    const disk = join(w.root, 'disk')
    mkdirSync(disk)
    expect(mount('-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk)).toBe(true)
    mounted.push(disk)
    w.db.pragma('wal_checkpoint(TRUNCATE)')
    w.db.close()
    const path = join(disk, 'test.shoal')
    cpSync(w.ctx.workspace, path, { recursive: true })
    w.db = openStore(path)
    w.ctx = contextFor(path, w.db)
    expect(await importBig()).toMatchObject({ code: 'disk_full' })
    expect((await contentHash(w.ctx)).sha256).toBe(before)
    expect(mount('-o', 'remount,size=200m', disk)).toBe(true)
    await asBefore()
  })
})

describe('the folder for temporary files', () => {
  beforeEach(() => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `account ${(i * 2654435761) % 1e9}`)
    const parquet = parquetWriteBuffer({ columnData: [{ name: 'src', data: rows }, { name: 'dst', data: rows.toReversed() }] }) // prettier-ignore
    mkdirSync(join(w.root, 'packed'))
    writeFileSync(join(w.root, 'packed/relations.parquet.gz'), gzipSync(Buffer.from(parquet)))
  })
  const importPacked = () => importExport(w.ctx, { paths: [join(w.root, 'packed')] })

  test('that is not there is named', async () => {
    const gone = join(w.root, 'no-such-folder')
    vi.stubEnv('TMPDIR', gone)
    const error = await importPacked().catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'read_only', details: { folder: gone } })
    expect((error as Error).message).toContain('set TMPDIR')
    expect((await contentHash(w.ctx)).sha256).toBe(before)
  })

  test.runIf(mayMount)('that is full is named, and nothing stays in it', async () => {
    const temp = join(w.root, 'temp')
    mkdirSync(temp)
    expect(mount('-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', temp)).toBe(true)
    mounted.push(temp)
    vi.stubEnv('TMPDIR', temp)
    const error = await importPacked().catch((e: unknown) => e)
    expect(error).toMatchObject({ code: 'disk_full', details: { folder: temp } })
    expect((error as Error).message).toContain(`${temp}, is full`)
    expect(readdirSync(temp)).toEqual([])
    expect((await contentHash(w.ctx)).sha256).toBe(before)
    vi.unstubAllEnvs()
    expect(await importPacked()).toMatchObject({ rowsStored: 60_000 })
  })
})

test.runIf(mayMount)('a workspace that became read-only says so', async () => {
  const disk = join(w.root, 'disk')
  mkdirSync(disk)
  expect(mount('-t', 'tmpfs', '-o', 'size=50m', 'tmpfs', disk)).toBe(true)
  mounted.push(disk)
  w.db.pragma('wal_checkpoint(TRUNCATE)')
  w.db.close()
  const path = join(disk, 'test.shoal')
  cpSync(w.ctx.workspace, path, { recursive: true })
  expect(mount('-o', 'remount,ro', disk)).toBe(true)
  const opened = (() => {
    try {
      return openStore(path)
    } catch (error) {
      return error as { code: string }
    }
  })()
  // Opening may be refused already; an import on what was opened is.
  if ('close' in opened) {
    w.db = opened
    w.ctx = contextFor(path, w.db)
    expect(await importBig()).toMatchObject({ code: 'read_only' })
  } else expect(opened.code).toMatch(/^SQLITE_(?:READONLY|CANTOPEN)/)
})

test.runIf(existsSync('/proc/self/mem'))('a file that the drive gives no more of is named', async () => {
  // Reading the first page of a process's memory fails as a drive does that was pulled out: EIO.
  mkdirSync(join(w.root, 'gone'))
  symlinkSync('/proc/self/mem', join(w.root, 'gone/relations.csv'))
  const error = await importExport(w.ctx, { paths: [join(w.root, 'gone')] }).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'import_unreadable' })
  expect((error as Error).message).toContain('relations.csv')
  expect((error as Error).message).toContain('stopped answering (EIO)')
  expect((await contentHash(w.ctx)).sha256).toBe(before)
})
