import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RecentWorkspace } from '../../common/contract/workspace.ts'
import { workspaceName } from '../db/open.ts'
import { lookAtWorkspace } from './look-at.ts'

interface State {
  recent: { path: string; openedAt: number }[]
  preferences: Record<string, unknown>
}
const MAX_RECENT = 20

/** What belongs to the person and not to a workspace: recents and preferences, in one small JSON file. */
export function createPersonalStore(userDir: string) {
  const file = join(userDir, 'shoal.json')
  const read = (): State => {
    try {
      const state = JSON.parse(readFileSync(file, 'utf8')) as Partial<State>
      return { recent: state.recent ?? [], preferences: state.preferences ?? {} }
    } catch {
      return { recent: [], preferences: {} } // absent or damaged: nothing of value is in it
    }
  }
  const write = (state: State) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.part`, JSON.stringify(state, null, 2))
    renameSync(`${file}.part`, file)
  }
  return {
    file,
    recent: (): RecentWorkspace[] =>
      read().recent.map(({ path, openedAt }) => ({
        path,
        name: workspaceName(path),
        openedAt,
        ...lookAtWorkspace(path),
      })),
    opened(path: string, at: number) {
      const state = read()
      state.recent = [{ path, openedAt: at }, ...state.recent.filter((r) => r.path !== path)].slice(
        0,
        MAX_RECENT,
      )
      write(state)
    },
    forget(path: string) {
      const state = read()
      state.recent = state.recent.filter((r) => r.path !== path)
      write(state)
    },
    preferences: () => read().preferences,
    setPreference(key: string, value: unknown) {
      const state = read()
      state.preferences[key] = value
      write(state)
    },
  }
}
export type PersonalStore = ReturnType<typeof createPersonalStore>
