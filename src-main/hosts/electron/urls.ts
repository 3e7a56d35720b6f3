/** The one origin that a window may show. */
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

/** Whether a URL is the app's page for one panel in a window of its own: '?window=<name>&panel=<id>'. */
export function isPanelUrl(url: string): boolean {
  if (!isAppUrl(url)) return false
  const { pathname, searchParams } = new URL(url)
  return (
    (pathname === '/' || pathname === '/index.html') &&
    /^[\w-]{1,40}$/.test(searchParams.get('window') ?? '') &&
    /^[\w.-]{1,60}$/.test(searchParams.get('panel') ?? '')
  )
}
