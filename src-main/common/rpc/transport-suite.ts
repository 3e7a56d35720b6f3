import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { method } from '../contract/method.ts'
import { ShoalError } from '../errors.ts'
import { createRpcClient } from './client.ts'
import type { Transport } from './frames.ts'
import { serveRpc, type ServerCall } from './server.ts'

const contract = {
  add: method(z.object({ a: z.number(), b: z.number() })).returns<number>(),
  columns: method(z.object({ n: z.number() })).returns<{ x: Float32Array; id: Uint32Array }>(),
  fail: method(z.object({})).returns<never>(),
  wait: method(z.object({})).returns<never>(),
  steps: method(z.object({})).returns<string>(),
}

/** What every transport must do; run over memory, WebSocket, the child-process channel and the preload bridge. */
export function transportSuite(
  name: string,
  open: () => Promise<{ client: Transport; server: Transport; end(): Promise<void> | void }>,
): void {
  describe(`transport: ${name}`, () => {
    async function joined() {
      const ends = await open()
      const seen = { aborted: 0 }
      const server = serveRpc(ends.server, contract, {
        add: ({ a, b }: { a: number; b: number }) => a + b,
        columns: ({ n }: { n: number }) => ({
          x: Float32Array.from({ length: n }, (_, i) => (i === 0 ? NaN : i / 2)),
          id: Uint32Array.from({ length: n }, (_, i) => i),
        }),
        fail: () => {
          throw new ShoalError('disk_full', 'The disk is full.', { free: 0 })
        },
        wait: (_: unknown, call: ServerCall) =>
          new Promise((_resolve, reject) =>
            call.signal.addEventListener('abort', () => {
              seen.aborted++
              reject(new ShoalError('cancelled', 'Cancelled.'))
            }),
          ),
        steps: async (_: unknown, call: ServerCall) => {
          for (let done = 1; done <= 3; done++) call.progress({ done })
          return 'ready'
        },
      } as never)
      return { ends, seen, server, client: createRpcClient(ends.client) }
    }

    test('answers calls, each with its own result', async () => {
      const { client, ends } = await joined()
      const sums = await Promise.all([1, 2, 3].map((a) => client.call('add', { a, b: 10 })))
      expect(sums).toEqual([11, 12, 13])
      await ends.end()
    })

    test('carries columns as typed arrays', async () => {
      const { client, ends } = await joined()
      const got = (await client.call('columns', { n: 1001 })) as { x: Float32Array; id: Uint32Array }
      expect(got.x).toBeInstanceOf(Float32Array)
      expect(got.x[0]).toBeNaN()
      expect(got.x[1000]).toBe(500)
      expect(got.id).toBeInstanceOf(Uint32Array)
      expect(got.id[1000]).toBe(1000)
      await ends.end()
    })

    test('a failure crosses as code, message and details', async () => {
      const { client, ends } = await joined()
      await expect(client.call('fail', {})).rejects.toMatchObject({
        code: 'disk_full',
        message: 'The disk is full.',
        details: { free: 0 },
      })
      await ends.end()
    })

    test('wrong input and unknown methods are refused by name', async () => {
      const { client, ends } = await joined()
      await expect(client.call('add', { a: 1 })).rejects.toMatchObject({ code: 'invalid_input' })
      await expect(client.call('nothing', {})).rejects.toMatchObject({ code: 'not_found' })
      await expect(client.call('toString', {})).rejects.toMatchObject({ code: 'not_found' })
      await ends.end()
    })

    test('progress arrives before the answer, in order', async () => {
      const { client, ends } = await joined()
      const heard: unknown[] = []
      const value = await client.call('steps', {}, { onProgress: (p) => heard.push(p) })
      expect(value).toBe('ready')
      expect(heard).toEqual([{ done: 1 }, { done: 2 }, { done: 3 }])
      await ends.end()
    })

    test('aborting rejects at once and the other side hears it', async () => {
      const { client, seen, ends, server } = await joined()
      const controller = new AbortController()
      const waiting = client.call('wait', {}, { signal: controller.signal })
      await client.call('add', { a: 1, b: 1 }) // the wait has arrived before this answer
      controller.abort()
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
      await client.call('add', { a: 1, b: 1 })
      expect(seen.aborted).toBe(1)
      await expect.poll(() => server.open).toBe(0)
      await ends.end()
    })

    test('events reach listeners until they stop listening', async () => {
      const { client, server, ends } = await joined()
      const heard: unknown[] = []
      const stop = client.on('tick', (payload) => heard.push(payload))
      server.emit('tick', 1)
      await client.call('add', { a: 1, b: 1 })
      stop()
      server.emit('tick', 2)
      await client.call('add', { a: 1, b: 1 })
      expect(heard).toEqual([1])
      await ends.end()
    })

    test('when the other side goes, open calls fail instead of hanging', async () => {
      const { client, ends } = await joined()
      const waiting = client.call('wait', {})
      await client.call('add', { a: 1, b: 1 })
      ends.server.close()
      await expect(waiting).rejects.toMatchObject({ code: 'compute_lost' })
      await expect.poll(() => client.closed).toBe(true)
      await expect(client.call('add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'compute_lost' })
      await ends.end()
    })
  })
}
