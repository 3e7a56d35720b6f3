import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Core } from '../../core/app.ts'
import { serveNode, staticFile, type NodeServer } from './server.ts'

let dir: string
let server: NodeServer
let served = 0
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-web-'))
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>Shoal</title>')
  server = await serveNode({ serve: () => void served++ } as unknown as Core, { port: 0, rendererDir: dir })
})
afterAll(async () => {
  await server.close()
  rmSync(dir, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; csp: string | undefined; body: string }>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: server.port, path, headers, method }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          csp: response.headers['content-security-policy'] as string | undefined,
          body,
        }),
      )
    })
    call.on('error', reject)
    call.end()
  })

function socketOpens(path: string, headers: Record<string, string>): Promise<boolean> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

test('serves the page with a strict policy', async () => {
  const page = await get('/')
  expect(page.status).toBe(200)
  expect(page.body).toContain('Shoal')
  expect(page.csp).toContain("default-src 'none'")
  expect(page.csp).not.toContain("script-src 'self' 'unsafe")
})

test('refuses other hosts, methods and files outside', async () => {
  expect((await get('/', { host: 'evil.example' })).status).toBe(421)
  expect((await get('/', {}, 'POST')).status).toBe(405)
  expect((await get('/..%2f..%2fetc/passwd')).status).toBe(404)
  expect((await get('/%00')).status).toBe(404)
  expect((await get('/missing.js')).status).toBe(404)
})

test('no path leads out of the folder', () => {
  for (const url of ['/../x', '/%2e%2e/x', '/a/../../x', '/..%5c..%5cx', '//etc/passwd']) {
    const file = staticFile('/srv/app', url)
    expect(file === null || file.startsWith('/srv/app/')).toBe(true)
  }
})

test('a socket needs the token, the host and the origin', async () => {
  const token = new URL(server.url).hash.replace('#token=', '')
  const origin = `http://127.0.0.1:${server.port}`
  expect(token.length).toBeGreaterThanOrEqual(32)
  expect(await socketOpens(`/rpc?token=${token}`, { origin })).toBe(true)
  expect(served).toBe(1)
  expect(await socketOpens('/rpc?token=wrong', { origin })).toBe(false)
  expect(await socketOpens('/rpc', { origin })).toBe(false)
  expect(await socketOpens(`/rpc?token=${token}`, { origin: 'http://evil.example' })).toBe(false)
  expect(await socketOpens(`/rpc?token=${token}`, {})).toBe(false)
  expect(await socketOpens(`/rpc?token=${token}`, { origin, host: 'evil.example' })).toBe(false)
  expect(await socketOpens(`/other?token=${token}`, { origin })).toBe(false)
  expect(served).toBe(1)
})
