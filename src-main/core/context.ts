import type { Database } from 'better-sqlite3'
import type { ComputeContract } from '../common/contract/compute.ts'
import type { AppEvents } from '../common/contract/index.ts'
import type { InputOf, Methods, OutputOf, ParsedInputOf } from '../common/contract/method.ts'
import type { MappingStore } from './imports/mappings.ts'
import type { Progress } from '../common/pace.ts'

export interface OpenWorkspace {
  /** The folder NAME.shoal. */
  readonly path: string
  readonly name: string
  /** Core's read-write connection: short reads and writes only. */
  readonly db: Database
}

export interface CallOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The compute process as core sees it. */
export interface ComputePort {
  call<N extends keyof ComputeContract & string>(
    name: N,
    input: InputOf<ComputeContract[N]>,
    options?: CallOptions,
  ): Promise<OutputOf<ComputeContract[N]>>
}

/** What every feature's handlers are made from. Nothing global: tests hand in their own. */
export interface CoreContext {
  /** Throws ShoalError('no_workspace') when none is open. */
  open(): OpenWorkspace
  /** Jobs: a process that may be busy for hours and is killed where a cancel is not heard. */
  readonly compute: ComputePort
  /** Questions: the same entry in a process of its own, which holds the explorer's columns and never waits for a job. */
  readonly ask: ComputePort
  /** Mappings that the person saved. */
  readonly mappings: MappingStore
  readonly actor: string
  readonly appVersion: string
  /** Folder of model folders. */
  readonly modelsDir: string
  now(): number
  emit<E extends keyof AppEvents>(event: E, payload: AppEvents[E]): void
  log(level: 'info' | 'warn' | 'error', message: string): void
}

export interface CallInfo {
  readonly signal: AbortSignal
  /** Tells the asker how far the answer is; absent where nobody watches. Holds nothing of an account: it is not masked. */
  progress?(progress: Progress): void
}
/** A feature's implementations, one per method it declares. */
export type Handlers<M extends Methods> = {
  [K in keyof M]: (input: ParsedInputOf<M[K]>, call: CallInfo) => Promise<OutputOf<M[K]>> | OutputOf<M[K]>
}
