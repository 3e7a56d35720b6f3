/** Which window of the workbench this page is: `?window=<name>&panel=<id>`; the first one is 'main'. */
const params = new URLSearchParams(globalThis.location?.search ?? '')
const asked = params.get('window') ?? 'main'

/** The window's name: its own layout and views are remembered under it. */
export const WINDOW = /^[\w-]{1,40}$/.test(asked) ? asked : 'main'
export const isMainWindow = WINDOW === 'main'

/** The panel that a further window was opened for. */
export const FIRST_PANEL = params.get('panel')

/** Names this page among all that core serves, so that it knows its own changes when they come back. */
export const ORIGIN = globalThis.crypto.randomUUID()
