import { fromErrorShape, ShoalError, type ErrorCode } from '../errors.ts'
import type { Transport } from './frames.ts'

export interface RpcCallOptions {
  signal?: AbortSignal
  onProgress?: (value: unknown) => void
  /** On abort, still wait for the other side's answer: for callers that must know that it has stopped. */
  awaitAnswer?: boolean
}
export interface RpcClient {
  call(method: string, input: unknown, options?: RpcCallOptions): Promise<unknown>
  /** Hears pushed events; returns what stops hearing. */
  on(name: string, listener: (payload: unknown) => void): () => void
  onClose(listener: () => void): void
  readonly closed: boolean
  close(): void
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
  onProgress?: (value: unknown) => void
  release(): void
}

/**
 * Calls over a transport. Aborting a call's signal sends a cancel frame and rejects at once with 'cancelled';
 * when the transport closes every open call is rejected with `lostCode`: no message is lost in silence.
 */
export function createRpcClient(transport: Transport, lostCode: ErrorCode = 'compute_lost'): RpcClient {
  let nextId = 1
  let closed = false
  const pending = new Map<number, Pending>()
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const closeListeners: (() => void)[] = []

  transport.onMessage((frame) => {
    if (frame.t === 'event') {
      for (const listener of listeners.get(frame.name) ?? []) listener(frame.payload)
      return
    }
    if (frame.t !== 'ok' && frame.t !== 'error' && frame.t !== 'progress') return
    const call = pending.get(frame.id)
    if (!call) return // answered after a cancel
    if (frame.t === 'progress') {
      call.onProgress?.(frame.value)
      return
    }
    pending.delete(frame.id)
    call.release()
    if (frame.t === 'ok') call.resolve(frame.value)
    else call.reject(fromErrorShape(frame.error))
  })
  transport.onClose(() => {
    closed = true
    for (const call of pending.values()) {
      call.release()
      call.reject(new ShoalError(lostCode, 'The other side went away before it answered.'))
    }
    pending.clear()
    for (const listener of closeListeners) listener()
  })

  return {
    get closed() {
      return closed
    },
    call(method, input, options = {}) {
      const { signal, onProgress, awaitAnswer = false } = options
      if (closed) return Promise.reject(new ShoalError(lostCode, 'The other side is gone.'))
      if (signal?.aborted) return Promise.reject(new ShoalError('cancelled', 'Cancelled.'))
      const id = nextId++
      return new Promise((resolve, reject) => {
        const abort = () => {
          signal?.removeEventListener('abort', abort)
          if (!pending.has(id)) return
          transport.send({ t: 'cancel', id })
          if (awaitAnswer) return
          pending.delete(id)
          reject(new ShoalError('cancelled', 'Cancelled.'))
        }
        signal?.addEventListener('abort', abort)
        pending.set(id, {
          resolve,
          reject,
          ...(onProgress && { onProgress }),
          release: () => signal?.removeEventListener('abort', abort),
        })
        try {
          transport.send({ t: 'call', id, method, input })
        } catch (error) {
          pending.delete(id)
          signal?.removeEventListener('abort', abort)
          reject(error as Error)
        }
      })
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      set.add(listener)
      listeners.set(name, set)
      return () => set.delete(listener)
    },
    onClose(listener) {
      closeListeners.push(listener)
    },
    close: () => transport.close(),
  }
}
