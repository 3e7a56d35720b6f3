import { create } from 'zustand'
import type { HostInfo, WorkspaceInfo } from '../../src-main/common/contract/workspace.ts'
import { api } from '../client/api.ts'
import type { ConnectionStatus } from '../client/connection.ts'
import { useJobs } from './jobs.ts'
import { beginSession, followSession } from './session.ts'

interface WorkspaceState {
  /** undefined until core has answered; null when no workspace is open. */
  info: WorkspaceInfo | null | undefined
  host: HostInfo | null
  connection: ConnectionStatus
  /** Rises when facts, runs or judgements change: for what is not asked through useQuery. */
  version: number
  setInfo(info: WorkspaceInfo | null): void
}

export const useWorkspace = create<WorkspaceState>()((set, get) => ({
  info: undefined,
  host: null,
  connection: 'connecting',
  version: 0,
  setInfo(info) {
    const before = get().info?.path
    set({ info })
    if (before !== info?.path) void beginSession(info?.path ?? null)
  },
}))

/** Joins the stores to core's events; returns what lets go. */
export function followCore(): () => void {
  const loadHost = () => {
    api.call('host.info', {}).then(
      (host) => useWorkspace.setState({ host }),
      () => {},
    )
  }
  const load = () => {
    loadHost()
    api.call('workspace.info', {}).then(
      (info) => useWorkspace.getState().setInfo(info),
      () => {},
    )
    api.call('jobs.list', {}).then(
      (jobs) => useJobs.getState().replace(jobs),
      () => {},
    )
  }
  const off = [
    followSession(),
    api.on('workspace.changed', (info) => {
      useWorkspace.getState().setInfo(info)
      api.call('jobs.list', {}).then(
        (jobs) => useJobs.getState().replace(jobs),
        () => {},
      )
    }),
    api.on('data.changed', () => {
      useWorkspace.setState((s) => ({ version: s.version + 1 }))
      api.call('workspace.info', {}).then(
        (info) => useWorkspace.getState().setInfo(info),
        () => {},
      )
    }),
    // Where new things go is a choice.
    api.on('preferences.changed', loadHost),
    api.on('jobs.changed', (job) => useJobs.getState().put(job)),
    api.onStatus((connection) => {
      useWorkspace.setState({ connection })
      if (connection === 'open') load()
    }),
  ]
  useWorkspace.setState({ connection: api.status })
  load()
  return () => off.forEach((stop) => stop())
}
