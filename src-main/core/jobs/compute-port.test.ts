import { expect, test } from 'vitest'
import { computeMethods } from '../../common/contract/compute.ts'
import { ShoalError } from '../../common/errors.ts'
import { memoryTransports } from '../../common/rpc/memory.ts'
import { serveRpc, type ServerCall } from '../../common/rpc/server.ts'
import { createComputePort } from './compute-port.ts'

/** A compute process whose sweep does what `sweep` says. */
function portWith(sweep: (call: ServerCall) => Promise<{ swept: number }>, graceMs?: number) {
  let starts = 0
  const port = createComputePort(() => {
    starts++
    const [mine, theirs] = memoryTransports()
    serveRpc(theirs, computeMethods, {
      'compute.sweep': (_: unknown, call: ServerCall) => sweep(call),
    } as never)
    return mine
  }, graceMs)
  return { port, starts: () => starts }
}

test('the process starts on the first call and is used again', async () => {
  const { port, starts } = portWith(async () => ({ swept: 2 }))
  expect(starts()).toBe(0)
  expect(await port.call('compute.sweep', { workspace: '/w' })).toEqual({ swept: 2 })
  await port.call('compute.sweep', { workspace: '/w' })
  expect(starts()).toBe(1)
})

test('a process that was started ahead is the one that answers', async () => {
  const { port, starts } = portWith(async () => ({ swept: 2 }))
  port.start()
  expect(starts()).toBe(1)
  await port.call('compute.sweep', { workspace: '/w' })
  port.start()
  expect(starts()).toBe(1)
})

test('a cancel waits until the work has really stopped', async () => {
  let stopped = false
  const { port } = portWith(
    (call) =>
      new Promise((_, reject) =>
        call.signal.addEventListener('abort', () =>
          setTimeout(() => {
            stopped = true
            reject(new ShoalError('cancelled', 'Cancelled.'))
          }, 20),
        ),
      ),
    10_000,
  )
  const controller = new AbortController()
  const work = port.call('compute.sweep', { workspace: '/w' }, { signal: controller.signal })
  setTimeout(() => controller.abort(), 5)
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  expect(stopped).toBe(true)
})

test('work that does not hear a cancel loses its process, and the next call gets a new one', async () => {
  let deaf = true
  const { port, starts } = portWith(async () => {
    if (deaf) await new Promise(() => {})
    return { swept: 0 }
  }, 10)
  const controller = new AbortController()
  const work = port.call('compute.sweep', { workspace: '/w' }, { signal: controller.signal })
  setTimeout(() => controller.abort(), 5)
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  deaf = false
  expect(await port.call('compute.sweep', { workspace: '/w' })).toEqual({ swept: 0 })
  expect(starts()).toBe(2)
})

test('a question that was waiting on a process killed for another one is asked again, a job is not', async () => {
  let starts = 0
  const port = createComputePort(() => {
    const first = ++starts === 1
    const [mine, theirs] = memoryTransports()
    const answer = async () => {
      if (first) await new Promise(() => {})
      return { swept: 7 }
    }
    serveRpc(theirs, computeMethods, { 'compute.sweep': answer, 'compute.detect': answer } as never)
    return mine
  }, 10)
  const controller = new AbortController()
  const cancelled = port.call('compute.sweep', { workspace: '/w' }, { signal: controller.signal })
  const question = port.call('compute.sweep', { workspace: '/w' })
  const job = port.call('compute.detect', { workspace: '/w', jobId: 3, graph: 1, detector: 'leiden' })
  setTimeout(() => controller.abort(), 5)
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  await expect(job).rejects.toMatchObject({ code: 'compute_lost' })
  expect(await question).toEqual({ swept: 7 })
  expect(starts).toBe(2)
})
