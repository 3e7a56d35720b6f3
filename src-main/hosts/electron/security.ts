import { session, shell, type WebContents } from 'electron'
import { CONTENT_SECURITY_POLICY } from '../node/server.ts'

/** The one origin that the window may show. */
export const APP_ORIGIN = 'app://shoal'

/** Whether a URL is part of the app itself. */
export function isAppUrl(url: string): boolean {
  try {
    const parsed = new URL(url)
    return `${parsed.protocol}//${parsed.host}` === APP_ORIGIN
  } catch {
    return false
  }
}

/** Headers of every answer of the app's own protocol. */
export const APP_HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
}

/**
 * The app is offline: no request leaves it, no permission is granted, no other page is shown. A link in a text
 * opens nothing, not even the system's browser: report texts are untrusted.
 */
export function secureSession(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  defaultSession.setPermissionCheckHandler(() => false)
  defaultSession.webRequest.onBeforeRequest((details, answer) => {
    const { protocol } = new URL(details.url)
    answer({
      cancel: !(
        isAppUrl(details.url) ||
        protocol === 'devtools:' ||
        protocol === 'blob:' ||
        protocol === 'data:'
      ),
    })
  })
}

export function secureContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event, url) => {
    if (!isAppUrl(url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Shows a file the app has written in the system's file manager. */
export function reveal(path: string): void {
  shell.showItemInFolder(path)
}
