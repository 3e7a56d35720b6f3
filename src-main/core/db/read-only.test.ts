import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockWorkspace } from '../workspace/lock.ts'
import { createWorkspaceFolder, openDatabase } from './open.ts'
import { mayWrite } from './read-only.ts'

let dir: string
let folder: string
let thaw: () => void
/** root may write whatever the modes say, so for root the whole file system is made read-only; null: neither is to be had. */
const freeze: ((path: string) => () => void) | null = (() => {
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    return (path: string) => {
      for (const name of ['', 'derived', 'workspace.sqlite']) chmodSync(join(path, name), 0o500)
      chmodSync(join(path, '..'), 0o500)
      return () => {
        chmodSync(join(path, '..'), 0o700)
        for (const name of ['', 'derived', 'workspace.sqlite']) chmodSync(join(path, name), 0o700)
      }
    }
  }
  const probe = mkdtempSync(join(tmpdir(), 'shoal-mount-'))
  const may = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe]).status === 0
  if (may) spawnSync('umount', [probe])
  rmSync(probe, { recursive: true })
  if (!may) return null
  return (path: string) => {
    spawnSync('mount', ['-o', 'remount,ro', join(path, '..')])
    return () => void spawnSync('mount', ['-o', 'remount,rw', join(path, '..')])
  }
})()

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-read-only-'))
  const disk = join(dir, 'disk')
  mkdirSync(disk)
  if (freeze && process.getuid?.() === 0) spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk])
  folder = createWorkspaceFolder(join(disk, 'w'))
  openDatabase(folder).close()
  thaw = freeze?.(folder) ?? (() => {})
})
afterEach(() => {
  thaw()
  if (freeze && process.getuid?.() === 0) spawnSync('umount', ['-l', join(dir, 'disk')])
  rmSync(dir, { recursive: true, force: true })
})

test.runIf(freeze !== null)(
  'a workspace that may only be read says so, and what to do, and is not called damaged',
  () => {
    expect(mayWrite(folder)).toBe(false)
    expect(mayWrite(join(folder, 'not', 'there'))).toBe(false)
    for (const open of [openDatabase, lockWorkspace]) {
      const error = (() => {
        try {
          return open(folder)
        } catch (thrown) {
          return thrown as Error
        }
      })()
      expect(error).toMatchObject({ code: 'read_only', details: { folder } })
      expect((error as Error).message).toContain('copy the folder')
    }
    expect(() => createWorkspaceFolder(join(folder, '..', 'new'))).toThrow(
      expect.objectContaining({
        code: 'read_only',
        message: expect.stringContaining('Choose another folder') as string,
      }),
    )
    thaw()
    openDatabase(folder).close()
    lockWorkspace(folder).release()
  },
)
