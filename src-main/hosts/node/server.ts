import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { WebSocketServer } from 'ws'
import { ShoalError } from '../../common/errors.ts'
import type { Core } from '../../core/app.ts'
import { wsTransport } from './ws-transport.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
}

/** Nothing from elsewhere is ever loaded; blob and data are for exported pictures and Blueprint's icons. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export interface NodeServer {
  readonly port: number
  /** Opens the app: the token stands in the fragment, so it reaches neither logs nor referrers. */
  readonly url: string
  close(): Promise<void>
}

/** The path of a static file below `root`, or null where the URL leads elsewhere. */
export function staticFile(root: string, url: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(new URL(url, 'http://x').pathname)
  } catch {
    return null
  }
  if (path.includes('\0')) return null
  const file = normalize(join(root, path === '/' ? 'index.html' : path))
  return file.startsWith(root + sep) ? file : null
}

/**
 * Serves the app on loopback. Every request must name this server as its host (against DNS rebinding); a socket
 * must come from this origin and carry the token.
 */
export async function serveNode(
  core: Core,
  options: { port: number; rendererDir: string },
): Promise<NodeServer> {
  const token = randomBytes(24).toString('base64url')
  const hosts = new Set<string>()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 << 20 })

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
    }
    if (!hosts.has(request.headers.host ?? ''))
      return refuse(421, 'This server answers to its own address only.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'Only GET.')
    const file = staticFile(options.rendererDir, request.url ?? '/')
    if (!file || !existsSync(file) || !statSync(file).isFile()) return refuse(404, 'Not here.')
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': file.includes(`${sep}assets${sep}`) ? 'max-age=31536000, immutable' : 'no-store',
    })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file).pipe(response)
  }

  const server = createServer(answer)
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const given = Buffer.from(url.searchParams.get('token') ?? '')
    const right = Buffer.from(token)
    const known = given.length === right.length && timingSafeEqual(given, right)
    const origin = request.headers.origin
    const ours = origin !== undefined && hosts.has(origin.replace(/^http:\/\//, ''))
    if (url.pathname !== '/rpc' || !hosts.has(request.headers.host ?? '') || !ours || !known) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => core.serve(wsTransport(ws)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ShoalError(
              'busy',
              `Port ${options.port} is taken by another program. Choose another with --port.`,
            )
          : error,
      ),
    )
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as { port: number }
  hosts.add(`127.0.0.1:${port}`)
  hosts.add(`localhost:${port}`)
  return {
    port,
    url: `http://127.0.0.1:${port}/#token=${token}`,
    async close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
