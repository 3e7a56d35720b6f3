import type { Methods } from '../contract/method.ts'
import { ShoalError, toErrorShape } from '../errors.ts'
import type { Transport } from './frames.ts'

export interface ServerCall {
  readonly signal: AbortSignal
  progress(value: unknown): void
}
export type ServerHandler = (input: never, call: ServerCall) => unknown
export interface RpcServer {
  emit(name: string, payload: unknown): void
  /** Calls that have not been answered yet. */
  readonly open: number
}

/**
 * Serves a contract over a transport: parses input on arrival, answers every call exactly once, and aborts
 * what a client cancels or leaves behind.
 */
export function serveRpc(
  transport: Transport,
  contract: Methods,
  handlers: Record<string, ServerHandler>,
): RpcServer {
  const running = new Map<number, AbortController>()
  let closed = false
  const send: Transport['send'] = (frame) => {
    if (!closed) transport.send(frame)
  }

  async function answer(id: number, name: string, input: unknown): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const declared = Object.hasOwn(contract, name) ? contract[name] : undefined
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
      if (!declared || !handler) throw new ShoalError('not_found', `There is no method ${name}.`)
      const parsed = declared.input.safeParse(input)
      if (!parsed.success) {
        const issues = parsed.error.issues.map((i) => `${i.path.join('.') || 'input'}: ${i.message}`)
        throw new ShoalError('invalid_input', `${name}: ${issues.join('; ')}`, { issues })
      }
      const value = await handler(parsed.data as never, {
        signal: controller.signal,
        progress: (value) => {
          if (running.has(id)) send({ t: 'progress', id, value })
        },
      })
      send({ t: 'ok', id, value })
    } catch (error) {
      send({ t: 'error', id, error: toErrorShape(error) })
    } finally {
      running.delete(id)
    }
  }

  transport.onMessage((frame) => {
    if (frame.t === 'call') void answer(frame.id, frame.method, frame.input)
    else if (frame.t === 'cancel') running.get(frame.id)?.abort()
  })
  transport.onClose(() => {
    closed = true
    for (const controller of running.values()) controller.abort()
  })
  return {
    emit: (name, payload) => send({ t: 'event', name, payload }),
    get open() {
      return running.size
    },
  }
}
