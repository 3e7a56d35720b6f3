import type { Database } from 'better-sqlite3'
import type { Pace } from '../common/pace.ts'
import type { ServerCall } from '../common/rpc/server.ts'

/** What every step of compute is handed: nothing here reads global state, so steps run in tests as they are. */
export interface ComputeContext extends Pace {
  /** The workspace folder (NAME.shoal). */
  readonly workspace: string
  /** A read-write connection of this process alone. */
  readonly db: Database
  /** Folder that holds model folders (`models/`). */
  readonly modelsDir: string
  readonly appVersion: string
  /** Where the probe of ONNX providers is kept between starts (JSON, not in a workspace); absent: cpu is used. */
  readonly providersFile?: string
  /** Script of a training thread where the code was bundled; absent: fit-worker.ts beside its code. */
  readonly fitWorker?: string
  /** Script of the thread that stores an import's rows where the code was bundled; absent: write-worker.ts beside its code. */
  readonly writeWorker?: string
  /** The job this work belongs to, if any. */
  readonly jobId: number | null
  /** Milliseconds since the epoch. */
  now(): number
  log(level: 'info' | 'warn' | 'error', message: string): void
}

/** Runs work of a call on a workspace: with a connection of its own, which is closed when the work ends. */
export type OnWorkspace = <T>(
  workspace: string,
  jobId: number | null,
  call: ServerCall,
  work: (ctx: ComputeContext) => Promise<T>,
) => Promise<T>
