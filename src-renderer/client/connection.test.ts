import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { method } from '../../src-main/common/contract/method.ts'
import type { Transport } from '../../src-main/common/rpc/frames.ts'
import { memoryTransports } from '../../src-main/common/rpc/memory.ts'
import { serveRpc } from '../../src-main/common/rpc/server.ts'
import { BACKOFF_MS, createConnection } from './connection.ts'
import { socketUrl, takeToken } from './transport.ts'

const contract = { double: method(z.object({ n: z.number() })).returns<number>() }

/** A host that can be cut off and comes back; `attempts` counts openings. */
function host(failures = 0) {
  const ends: Transport[] = []
  const servers: ReturnType<typeof serveRpc>[] = []
  let attempts = 0
  return {
    get attempts() {
      return attempts
    },
    cut: () => ends.at(-1)!.close(),
    emit: (name: string, payload: unknown) => servers.at(-1)!.emit(name, payload),
    open: async () => {
      attempts++
      if (attempts <= failures) throw new Error('refused')
      const [client, server] = memoryTransports()
      ends.push(server)
      servers.push(serveRpc(server, contract, { double: (input: { n: number }) => input.n * 2 }))
      return client
    },
  }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('connection', () => {
  it('lets calls wait for the first opening', async () => {
    const connection = createConnection(host().open)
    expect(connection.status).toBe('connecting')
    expect(await connection.call('double', { n: 4 })).toBe(8)
    expect(connection.status).toBe('open')
  })

  it('tries again with growing waits and says that it is lost meanwhile', async () => {
    const waits: number[] = []
    const h = host(7)
    const statuses: string[] = []
    const connection = createConnection(h.open, async (ms) => void waits.push(ms))
    connection.onStatus((status) => statuses.push(status))
    await settle()
    expect(h.attempts).toBe(8)
    expect(waits).toEqual([...BACKOFF_MS, BACKOFF_MS.at(-1), BACKOFF_MS.at(-1)])
    expect(statuses).toEqual(['lost', 'open'])
  })

  it('rejects calls while it is lost, and keeps listeners over a reconnect', async () => {
    const h = host()
    let release = () => {}
    let blocked = false
    const connection = createConnection(
      async () => {
        if (blocked) await new Promise<void>((resolve) => (release = resolve))
        return h.open()
      },
      async () => {},
    )
    const heard: unknown[] = []
    connection.on('news', (payload) => heard.push(payload))
    await connection.call('double', { n: 1 })
    h.emit('news', 1)
    await settle()
    blocked = true
    h.cut()
    await settle()
    expect(connection.status).toBe('lost')
    await expect(connection.call('double', { n: 2 })).rejects.toMatchObject({ code: 'compute_lost' })
    release()
    await settle()
    expect(connection.status).toBe('open')
    h.emit('news', 2)
    await settle()
    expect(heard).toEqual([1, 2])
    expect(await connection.call('double', { n: 2 })).toBe(4)
  })

  it('stops hearing when told', async () => {
    const h = host()
    const connection = createConnection(h.open)
    const heard: unknown[] = []
    const off = connection.on('news', (payload) => heard.push(payload))
    await connection.call('double', { n: 1 })
    off()
    h.emit('news', 1)
    await settle()
    expect(heard).toEqual([])
  })
})

describe('token', () => {
  const place = (hash: string) => {
    const replaced: string[] = []
    return {
      location: { hash, pathname: '/', search: '', protocol: 'http:', host: '127.0.0.1:5' } as Location,
      history: { replaceState: (_a: unknown, _b: string, url: string) => replaced.push(url) } as never,
      replaced,
    }
  }
  it('moves from the address to the session and leaves the address', () => {
    sessionStorage.clear()
    const first = place('#token=a%2Bb')
    expect(takeToken(first.location, sessionStorage, first.history)).toBe('a+b')
    expect(first.replaced).toEqual(['/'])
    const again = place('')
    expect(takeToken(again.location, sessionStorage, again.history)).toBe('a+b')
    expect(again.replaced).toEqual([])
    expect(socketUrl(again.location, 'a+b')).toBe('ws://127.0.0.1:5/rpc?token=a%2Bb')
  })
})
