import type { DirectoryEntry } from '../../../src-main/common/contract/workspace.ts'

/** What can be made of what was dropped: a workspace is opened, data imported; `unusable` names what is neither. */
export type Dropped =
  | { kind: 'workspace'; path: string }
  | { kind: 'export'; paths: string[] }
  | { kind: 'unusable'; names: string[] }

/** A folder's content as core lists it (`host.listDirectory`); rejects where the path is no folder. */
export type Lister = (path: string) => Promise<{ entries: Pick<DirectoryEntry, 'name' | 'kind'>[] }>

const DATABASE = /[\\/]workspace\.sqlite$/
const trimmed = (path: string) => path.replace(/[\\/]+$/, '')
const nameOf = (path: string) => path.split(/[\\/]/).at(-1)!
const folderOf = (path: string) => path.slice(0, -nameOf(path).length) || '/'

/**
 * Looks at dropped paths before anything is made of them. One workspace among them is what was meant: its folder or the
 * database in it. Else all must be data that core lists as such, or folders with anything in them: one file that is none
 * would only fail later, in a workspace made for it.
 */
export async function sortDropped(dropped: readonly string[], list: Lister): Promise<Dropped> {
  const paths = dropped.map((path) => trimmed(path.replace(DATABASE, '')))
  // By its name already: one that is damaged has the words of its opening.
  const named = paths.find((path, i) => path.endsWith('.shoal') || DATABASE.test(dropped[i]!))
  if (named !== undefined) return { kind: 'workspace', path: named }
  const kinds = await Promise.all(paths.map((path) => kindOf(path, list)))
  const workspace = kinds.indexOf('workspace')
  if (workspace >= 0) return { kind: 'workspace', path: paths[workspace]! }
  const unusable = paths.filter((_, i) => kinds[i] !== 'data').map(nameOf)
  return unusable.length > 0 ? { kind: 'unusable', names: unusable } : { kind: 'export', paths }
}

async function kindOf(path: string, list: Lister): Promise<'workspace' | 'data' | 'none'> {
  try {
    const around = await list(folderOf(path))
    const entry = around.entries.find(({ name }) => name === nameOf(path))
    if (!entry) return 'none'
    if (entry.kind === 'workspace') return 'workspace'
    if (entry.kind === 'file') return 'data'
    return (await list(path)).entries.length > 0 ? 'data' : 'none'
  } catch {
    return 'none'
  }
}
