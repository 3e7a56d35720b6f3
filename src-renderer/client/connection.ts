import { ShoalError } from '../../src-main/common/errors.ts'
import type { Transport } from '../../src-main/common/rpc/frames.ts'
import { createRpcClient, type RpcCallOptions, type RpcClient } from '../../src-main/common/rpc/client.ts'

export type ConnectionStatus = 'connecting' | 'open' | 'lost'

/** Waits between attempts, ms; the last one repeats. */
export const BACKOFF_MS = [250, 500, 1000, 2000, 5000]

export interface Connection {
  readonly status: ConnectionStatus
  call(method: string, input: unknown, options?: RpcCallOptions): Promise<unknown>
  on(event: string, listener: (payload: never) => void): () => void
  onStatus(listener: (status: ConnectionStatus) => void): () => void
}

/**
 * Keeps one RPC client alive: calls made before the first opening wait for it; when the other side goes away
 * open calls are rejected, and it is opened again with a growing wait. Listeners outlive reconnects.
 */
export function createConnection(
  open: () => Promise<Transport>,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): Connection {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const statusListeners = new Set<(status: ConnectionStatus) => void>()
  const wired = new Set<string>()
  let status: ConnectionStatus = 'connecting'
  let client: RpcClient | null = null
  let ready!: Promise<RpcClient>

  const setStatus = (next: ConnectionStatus) => {
    if (next === status) return
    status = next
    for (const listener of statusListeners) listener(next)
  }
  const wire = (name: string) => {
    if (!client || wired.has(name)) return
    wired.add(name)
    client.on(name, (payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    })
  }
  async function connect(): Promise<RpcClient> {
    for (let attempt = 0; ; attempt++) {
      try {
        const opened = createRpcClient(await open())
        client = opened
        wired.clear()
        for (const name of listeners.keys()) wire(name)
        opened.onClose(() => {
          client = null
          setStatus('lost')
          ready = connect()
        })
        setStatus('open')
        return opened
      } catch {
        setStatus('lost')
        await wait(BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)]!)
      }
    }
  }
  ready = connect()

  return {
    get status() {
      return status
    },
    async call(method, input, options) {
      if (status === 'lost') throw new ShoalError('compute_lost', 'The connection to Shoal is lost.')
      const current = client ?? (await ready)
      return current.call(method, input, options)
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      set.add(listener)
      listeners.set(name, set)
      wire(name)
      return () => set.delete(listener)
    },
    onStatus(listener) {
      statusListeners.add(listener)
      return () => statusListeners.delete(listener)
    },
  }
}
