import { z } from 'zod'
import type { ProviderReport } from './compute.ts'
import type { Progress } from '../pace.ts'
import { method } from './method.ts'

export interface HostInfo {
  kind: 'electron' | 'node'
  version: string
  platform: string
  /** True where `host.pick` opens the system's own dialog; else the app shows its folder browser. */
  nativeDialogs: boolean
  /** Where new workspaces go unless the user says otherwise. */
  documentsDir: string
  actor: string
  /** The file that keeps preferences and recent workspaces; core says it. */
  preferencesFile?: string
}

export interface WorkspaceInfo {
  path: string
  name: string
  createdAt: number
  schemaVersion: number
  counts: {
    accounts: number
    entities: number
    relations: number
    links: number
    events: number
    reports: number
    labels: number
    sources: number
    problems: number
  }
  /** First and last dated fact, ms UTC; null where nothing is dated. */
  span: { from: number; to: number } | null
  /** Minutes east of UTC that most facts state; 0 where none does. */
  tzOffset: number
  /** Pseudonyms of this workspace are made with it (common/pseudonym.ts). */
  pseudonymSalt?: number
  /** The runs that views show together: of each kind the newest that belongs to the shown graph. */
  runs: Partial<
    Record<
      'graph' | 'communities' | 'layout' | 'scores' | 'series' | 'report_classes' | 'trust' | 'lineage',
      number
    >
  >
  /** True when facts were imported after the newest graph run. */
  analysisStale: boolean
  /** True when every account key says so: made by `shoal simulate`. Shown wherever results are. */
  simulated: boolean
  journal: { seq: number; ok: boolean }
  /** Provider that ran the last ONNX model here, e.g. 'cpu'. */
  provider: string | null
}

/** What opening a workspace is doing, where it takes longer than a moment: what a killed import left is cleared away first. */
export interface WorkspaceOpening {
  path: string
  name: string
  startedAt: number
  progress: Progress
  /** Share done, 0..1, null where unknown; and what is left at the present rate. */
  fraction: number | null
  secondsLeft: number | null
}

export interface RecentWorkspace {
  path: string
  name: string
  openedAt: number
  /**
   * What can be told without opening it. read_only: its folder or file may not be written; damaged: the file is no
   * database of Shoal's; newer: a newer Shoal made it.
   */
  state: 'ready' | 'missing' | 'read_only' | 'damaged' | 'newer'
  /** Of all its files; null when it is missing. */
  bytes: number | null
}

export interface DirectoryEntry {
  name: string
  path: string
  kind: 'folder' | 'file' | 'workspace'
  bytes: number | null
}

const path = z.string().min(1)
export const workspaceMethods = {
  'host.info': method(z.object({})).returns<HostInfo>(),
  /** Which providers run ONNX models here, fastest first; tried once per machine and kept. */
  'host.providers': method(z.object({})).returns<ProviderReport[]>(),
  /** The system's open dialog; null when the user cancels. Throws unsupported_here without native dialogs. */
  'host.pick': method(z.object({ what: z.enum(['export', 'workspace', 'folder']) })).returns<
    string[] | null
  >(),
  /** A folder's content for the app's own folder browser: folders, workspaces, .csv/.tsv/.zip files. */
  'host.listDirectory': method(z.object({ path: z.string().optional() })).returns<{
    path: string
    parent: string | null
    entries: DirectoryEntry[]
  }>(),
  'workspace.info': method(z.object({})).returns<WorkspaceInfo | null>(),
  'workspace.create': method(z.object({ path })).returns<WorkspaceInfo>(),
  'workspace.open': method(z.object({ path })).returns<WorkspaceInfo>(),
  /** Creates (or opens) the sample workspace; when it is new, starts import and analysis and returns that job. */
  'workspace.openSample': method(z.object({})).returns<{ info: WorkspaceInfo; jobId: number | null }>(),
  /** What an opening is doing that takes long; null where none is on its way. Also pushed, as an event of this name. */
  'workspace.opening': method(z.object({})).returns<WorkspaceOpening | null>(),
  /** Stops it; whoever asked for it gets the error cancelled. The next opening goes on where this one ended. */
  'workspace.cancelOpening': method(z.object({})).returns<null>(),
  'workspace.close': method(z.object({})).returns<null>(),
  'workspace.recent': method(z.object({})).returns<RecentWorkspace[]>(),
  'workspace.forget': method(z.object({ path })).returns<null>(),
  /** Small per-workspace settings such as the remembered layout; values are JSON. */
  'settings.get': method(z.object({ key: z.string() })).returns<unknown>(),
  'settings.set': method(z.object({ key: z.string(), value: z.unknown() })).returns<null>(),
  /** The same for the application as a whole (language, theme). */
  'preferences.get': method(z.object({})).returns<Record<string, unknown>>(),
  'preferences.set': method(z.object({ key: z.string(), value: z.unknown() })).returns<null>(),
}
