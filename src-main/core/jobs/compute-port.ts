import { computeMethods } from '../../common/contract/compute.ts'
import { isCancelled, ShoalError } from '../../common/errors.ts'
import type { Progress } from '../../common/pace.ts'
import { createRpcClient, type RpcClient } from '../../common/rpc/client.ts'
import type { Transport } from '../../common/rpc/frames.ts'
import type { CallOptions, ComputePort } from '../context.ts'

/** How long a cancelled question may go on before its process, and all that it holds in memory, is killed. */
export const CANCEL_GRACE_MS = 1500
/** The same of jobs: who cancels has an answer within a second. Open transactions roll back. */
export const JOB_GRACE_MS = 400

export interface ManagedCompute extends ComputePort {
  /** Starts the process now, so that the first question need not wait for it. */
  start(): void
  close(): void
}

/**
 * The compute process, started on the first call and again after it was lost. A cancel that the process does
 * not answer within the grace time kills it: an ONNX session cannot be interrupted any other way. Questions of others
 * that were waiting on that process are asked again; jobs are not, since they have written by then.
 */
export function createComputePort(start: () => Transport, graceMs = CANCEL_GRACE_MS): ManagedCompute {
  let client: RpcClient | null = null
  /** Processes that were killed for somebody's cancel. */
  const killed = new WeakSet<RpcClient>()
  const get = (): RpcClient => {
    if (!client || client.closed) client = createRpcClient(start())
    return client
  }

  async function call(name: string, input: unknown, options: CallOptions = {}): Promise<unknown> {
    if (!Object.hasOwn(computeMethods, name)) throw new ShoalError('not_found', `No compute method ${name}.`)
    const { signal, onProgress } = options
    if (signal?.aborted) throw new ShoalError('cancelled', 'Cancelled.')
    const mine = get()
    let killer: NodeJS.Timeout | undefined
    // The answer is awaited after a cancel too, so that nothing is still writing when the caller goes on.
    const work = mine.call(name, input, {
      ...(signal && { signal }),
      onProgress: (value) => onProgress?.(value as Progress),
      awaitAnswer: true,
    })
    const cancelled = () => {
      killer = setTimeout(() => {
        killed.add(mine)
        mine.close()
      }, graceMs)
    }
    signal?.addEventListener('abort', cancelled, { once: true })
    try {
      return await work
    } catch (error) {
      if (signal?.aborted && !isCancelled(error)) throw new ShoalError('cancelled', 'Cancelled.')
      if (killed.has(mine) && isQuestion(input)) return await call(name, input, options)
      throw error
    } finally {
      clearTimeout(killer)
      signal?.removeEventListener('abort', cancelled)
    }
  }
  return {
    call: call as ComputePort['call'],
    start: () => void get(),
    close() {
      client?.close()
      client = null
    },
  }
}

/** Work without a job only reads: asking twice does no harm. */
const isQuestion = (input: unknown): boolean =>
  ((input as { jobId?: number | null } | null)?.jobId ?? null) === null
