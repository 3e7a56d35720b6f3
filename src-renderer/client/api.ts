import type { AppEvents, AppInput, AppOutput, MethodName } from '../../src-main/common/contract/index.ts'
import type { Progress } from '../../src-main/common/pace.ts'
import type { RpcCallOptions } from '../../src-main/common/rpc/client.ts'
import { createConnection, type Connection, type ConnectionStatus } from './connection.ts'
import { bridgeTransport, openSocket, socketUrl, takeToken } from './transport.ts'

export interface CallOptions {
  signal?: AbortSignal
  /** How far the answer is, from methods that tell. */
  onProgress?: (progress: Progress) => void
}
/** Everything the renderer may ask of core, typed by the contract. */
export interface Api {
  /** Rejects with a ShoalError; with code 'cancelled' when the signal is aborted. */
  call<N extends MethodName>(name: N, input: AppInput<N>, options?: CallOptions): Promise<AppOutput<N>>
  /** Hears a pushed event; returns what stops hearing. */
  on<E extends keyof AppEvents>(event: E, listener: (payload: AppEvents[E]) => void): () => void
  readonly status: ConnectionStatus
  onStatus(listener: (status: ConnectionStatus) => void): () => void
}

export function apiOver(connection: Connection): Api {
  return {
    call: (name, input, options) => connection.call(name, input, options as RpcCallOptions) as never,
    on: (event, listener) => connection.on(event, listener as (payload: never) => void),
    get status() {
      return connection.status
    },
    onStatus: (listener) => connection.onStatus(listener),
  }
}

let current: Api | null = null

/** Replaces the api, for tests. */
export function setApi(next: Api | null): void {
  current = next
}

function connect(): Api {
  const bridge = window.shoal
  if (bridge) {
    const transport = bridgeTransport(bridge)
    return apiOver(createConnection(async () => transport))
  }
  const token = takeToken(window.location, window.sessionStorage, window.history)
  return apiOver(createConnection(() => openSocket(socketUrl(window.location, token))))
}

/** The one api of this window: Electron's bridge where there is one, else a websocket to where the page is from. */
export const api: Api = {
  call: (name, input, options) => (current ??= connect()).call(name, input, options),
  on: (event, listener) => (current ??= connect()).on(event, listener),
  get status() {
    return (current ??= connect()).status
  },
  onStatus: (listener) => (current ??= connect()).onStatus(listener),
}
