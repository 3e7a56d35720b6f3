import { net, protocol } from 'electron'
import { existsSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { staticFile } from '../node/server.ts'
import { APP_HEADERS } from './security.ts'
import { isAppUrl } from './urls.ts'

/** Must be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built renderer at app://shoal/. */
export function serveAppProtocol(rendererDir: string): void {
  protocol.handle('app', async (request) => {
    const file = isAppUrl(request.url) ? staticFile(rendererDir, new URL(request.url).pathname) : null
    if (!file || !existsSync(file) || !statSync(file).isFile())
      return new Response('Not here.', { status: 404 })
    const answer = await net.fetch(pathToFileURL(file).href)
    const headers = new Headers(answer.headers)
    for (const [name, value] of Object.entries(APP_HEADERS)) headers.set(name, value)
    return new Response(answer.body, { status: 200, headers })
  })
}
