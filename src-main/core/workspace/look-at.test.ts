import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorkspaceFolder, DATABASE_FILE, openDatabase } from '../db/open.ts'
import { lookAtWorkspace } from './look-at.ts'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'shoal-look-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function workspace(prepare?: (db: ReturnType<typeof openDatabase>) => void): string {
  const folder = createWorkspaceFolder(join(dir, 'w'))
  const db = openDatabase(folder)
  prepare?.(db)
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
  return folder
}

test('a workspace is ready, with the size of all its files', () => {
  const folder = workspace()
  const before = lookAtWorkspace(folder)
  expect(before.state).toBe('ready')
  mkdirSync(join(folder, 'derived', 'deep'))
  writeFileSync(join(folder, 'derived', 'deep', 'x.bin'), Buffer.alloc(12_345))
  expect(lookAtWorkspace(folder).bytes).toBe(before.bytes! + 12_345)
})

test('what is not there any more is missing', () => {
  expect(lookAtWorkspace(join(dir, 'gone.shoal'))).toEqual({ state: 'missing', bytes: null })
  mkdirSync(join(dir, 'empty.shoal'))
  expect(lookAtWorkspace(join(dir, 'empty.shoal')).state).toBe('missing')
})

test('another file under the name, one cut off, or a newer build’s is said', () => {
  const folder = workspace()
  writeFileSync(join(folder, DATABASE_FILE), 'this was a database once, or so they say'.repeat(9))
  expect(lookAtWorkspace(folder).state).toBe('damaged')
  writeFileSync(join(folder, DATABASE_FILE), 'SQLite format 3\0')
  expect(lookAtWorkspace(folder).state).toBe('damaged')
  rmSync(folder, { recursive: true })
  expect(lookAtWorkspace(workspace((db) => db.pragma('user_version = 9999'))).state).toBe('newer')
})
