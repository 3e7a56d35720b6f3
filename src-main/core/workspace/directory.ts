import { isDataFile } from '../../common/mapping/endings.ts'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DirectoryEntry } from '../../common/contract/workspace.ts'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import { isWorkspace } from '../db/open.ts'

/** A folder's content for the app's own browser. Hidden entries and files that are no data are left out. */
export function listDirectory(path: string): {
  path: string
  parent: string | null
  entries: DirectoryEntry[]
} {
  const folder = resolve(path)
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ShoalError('not_found', `There is no folder ${folder}.`)
    }
    const shape = toErrorShape(error)
    throw new ShoalError(shape.code, `Cannot read ${folder}: ${shape.message}`)
  }
  const entries: DirectoryEntry[] = []
  for (const name of names) {
    if (name.startsWith('.')) continue
    const full = join(folder, name)
    const stat = statSync(full, { throwIfNoEntry: false })
    if (!stat) continue // a dangling link
    if (stat.isDirectory()) {
      entries.push({ name, path: full, kind: isWorkspace(full) ? 'workspace' : 'folder', bytes: null })
    } else if (isDataFile(name)) {
      entries.push({ name, path: full, kind: 'file', bytes: stat.size })
    }
  }
  const order = { workspace: 0, folder: 1, file: 2 }
  entries.sort((a, b) => order[a.kind] - order[b.kind] || (a.name < b.name ? -1 : 1))
  const parent = dirname(folder)
  return { path: folder, parent: parent === folder ? null : parent, entries }
}
