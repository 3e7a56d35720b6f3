import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceMethods, type HostInfo, type WorkspaceInfo } from '../../common/contract/workspace.ts'
import { ShoalError } from '../../common/errors.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { isWorkspace } from '../db/open.ts'
import { startImport } from '../imports/service.ts'
import { listDirectory } from './directory.ts'
import { getSetting, setSetting } from './queries.ts'
import type { Opening } from './opening.ts'
import type { PersonalStore } from './recent.ts'
import type { Session } from './service.ts'

/** The person's preference (preferences.get) that says where new workspaces, the sample and packs go. */
export const DOCUMENTS_KEY = 'workspacesDir'

export type PickDialog = (what: 'export' | 'workspace' | 'folder') => Promise<string[] | null>

export interface WorkspaceHandlerOptions {
  host: HostInfo
  pick: PickDialog | null
  personal: PersonalStore
  /** The sample export's folder. */
  sampleDir: string
  session(): Session | null
  /** Closes what is open and opens or creates the other. */
  switchTo(path: string, create: boolean): Promise<WorkspaceInfo>
  closeSession(): Promise<void>
  opening: Opening
}

export function workspaceHandlers(
  ctx: CoreContext,
  options: WorkspaceHandlerOptions,
): Handlers<typeof workspaceMethods> {
  const { personal } = options
  /** Where new things go: the folder that the person has chosen, or the system's for documents. */
  const documentsDir = () => {
    const chosen = personal.preferences()[DOCUMENTS_KEY]
    // A drive that is not plugged in must not keep anybody from opening something else.
    return typeof chosen === 'string' && existsSync(chosen) ? chosen : options.host.documentsDir
  }
  return {
    'host.info': () => ({ ...options.host, documentsDir: documentsDir(), preferencesFile: personal.file }),
    'host.providers': (_input, { signal }) => ctx.compute.call('compute.providers', {}, { signal }),
    'host.pick': ({ what }) => {
      if (!options.pick) throw new ShoalError('unsupported_here', 'This host has no dialogs of its own.')
      return options.pick(what)
    },
    'host.listDirectory': ({ path }) => listDirectory(path ?? documentsDir()),
    'workspace.info': () => options.session()?.info() ?? null,
    'workspace.create': ({ path }) => options.switchTo(path, true),
    'workspace.open': ({ path }) => options.switchTo(path, false),
    'workspace.openSample': async () => {
      const path = join(documentsDir(), 'Shoal sample.shoal')
      const fresh = !isWorkspace(path)
      const info = await options.switchTo(path, fresh)
      const session = options.session()!
      // A sample whose first import was interrupted starts again.
      if (!fresh && info.counts.accounts > 0) return { info, jobId: null }
      const job = startImport(ctx, session, { paths: [options.sampleDir], analyze: true })
      return { info: session.info(), jobId: job.id }
    },
    'workspace.close': async () => {
      await options.closeSession()
      return null
    },
    'workspace.opening': () => options.opening.state(),
    'workspace.cancelOpening': () => {
      options.opening.cancel()
      return null
    },
    'workspace.recent': () => personal.recent(),
    'workspace.forget': ({ path }) => {
      personal.forget(path)
      return null
    },
    'settings.get': ({ key }) => getSetting(ctx.open().db, key),
    'settings.set': ({ key, value }) => {
      setSetting(ctx.open().db, key, value)
      return null
    },
    'preferences.get': () => personal.preferences(),
    'preferences.set': ({ key, value }) => {
      personal.setPreference(key, value)
      return null
    },
  }
}
