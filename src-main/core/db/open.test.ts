import Sqlite from 'better-sqlite3'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrations } from './migrations/index.ts'
import { createWorkspaceFolder, openDatabase } from './open.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-db-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('the list of migrations is the folder, ascending without gaps', () => {
  const files = readdirSync(join(import.meta.dirname, 'migrations')).filter((f) => /^\d{4}-.*\.ts$/.test(f))
  expect(migrations.map((m) => `${String(m.version).padStart(4, '0')}-${m.name}.ts`)).toEqual(files.sort())
  expect(migrations.map((m) => m.version)).toEqual(migrations.map((_, i) => i + 1))
})

test('every table is STRICT', () => {
  const folder = createWorkspaceFolder(join(dir, 'a'))
  const db = openDatabase(folder)
  const loose = db
    .prepare(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
              AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'report_fts%'`,
    )
    .all()
  expect(loose).toEqual([])
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  db.close()
})

test('a failing migration changes nothing and leaves the copy', () => {
  const folder = createWorkspaceFolder(join(dir, 'b'))
  openDatabase(folder).close()
  const broken = [
    ...migrations,
    { version: migrations.length + 1, name: 'broken', sql: 'CREATE TABLE extra (x) STRICT; SELECT nothing;' },
  ]
  expect(() => openDatabase(folder, broken)).toThrow()
  const db = openDatabase(folder)
  expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'extra'`).all()).toEqual([])
  db.close()
  expect(existsSync(join(folder, `workspace.sqlite.before-${migrations.length + 1}`))).toBe(true)
})

test('a newer, a foreign and a damaged file are told apart', () => {
  const folder = createWorkspaceFolder(join(dir, 'c'))
  const db = openDatabase(folder)
  db.pragma('user_version = 999')
  db.close()
  expect(() => openDatabase(folder)).toThrow(expect.objectContaining({ code: 'workspace_newer' }))

  const foreign = createWorkspaceFolder(join(dir, 'd'))
  const other = new Sqlite(join(foreign, 'workspace.sqlite'))
  other.exec('CREATE TABLE theirs (x)')
  other.close()
  expect(() => openDatabase(foreign)).toThrow(expect.objectContaining({ code: 'workspace_damaged' }))

  const damaged = createWorkspaceFolder(join(dir, 'e'))
  writeFileSync(join(damaged, 'workspace.sqlite'), 'not a database, but long enough to be looked at twice')
  expect(() => openDatabase(damaged)).toThrow(expect.objectContaining({ code: 'workspace_damaged' }))
})

test('a workspace is never made over something else', () => {
  createWorkspaceFolder(join(dir, 'f'))
  openDatabase(join(dir, 'f.shoal')).close()
  expect(() => createWorkspaceFolder(join(dir, 'f'))).toThrow('already')
  writeFileSync(join(dir, 'g.shoal'), '')
  expect(() => createWorkspaceFolder(join(dir, 'g'))).toThrow('not an empty folder')
})
