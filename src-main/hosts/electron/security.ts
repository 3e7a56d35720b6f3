import { session, shell, type BrowserWindowConstructorOptions, type WebContents } from 'electron'
import { isAppUrl, isPanelUrl } from './urls.ts'
import { CONTENT_SECURITY_POLICY } from '../node/server.ts'

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

/**
 * Nothing but the app is shown: further windows are the app's own page for one of its panels (`ownWindow` says how they
 * are made; each is secured like the first), and every other address is refused.
 */
export function secureContents(
  contents: WebContents,
  ownWindow: () => BrowserWindowConstructorOptions,
): void {
  contents.setWindowOpenHandler(({ url }) =>
    isPanelUrl(url) ? { action: 'allow', overrideBrowserWindowOptions: ownWindow() } : { action: 'deny' },
  )
  contents.on('did-create-window', (window) => secureContents(window.webContents, ownWindow))
  contents.on('will-navigate', (event, url) => {
    if (!isAppUrl(url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Shows a file the app has written in the system's file manager. */
export function reveal(path: string): void {
  shell.showItemInFolder(path)
}
