/** Which window of the workbench this page is: `?window=<name>&panel=<id>`; the first one is 'main'. */
const params = new URLSearchParams(globalThis.location?.search ?? '')
const named = params.get('window') ?? 'main'

/** The name that the page was opened by. */
export const ASKED = /^[\w-]{1,36}$/.test(named) ? named : 'main'

/**
 * The window's name: its own layout and views are remembered under it. A browser opens the same address twice; the second
 * page is `<name>-2`, settled by `claimWindow` before anything is drawn.
 */
export let WINDOW = ASKED
export const isMainWindow = () => WINDOW === 'main'

/** The panel that a further window was opened for. */
export const FIRST_PANEL = ASKED === 'main' ? null : params.get('panel')

/** Names this page among all that core serves, so that it knows its own changes when they come back. */
export const ORIGIN = globalThis.crypto.randomUUID()

/** What a tab was called, for its reloads. A tab that is duplicated takes this along, but finds the name taken. */
const KEPT = 'shoal-window'
/** A page that is being reloaded lets go of its name a moment late. */
const RELOAD_MS = 500
const MOST = 50

/** The part of the browser that is needed here; undefined: an old one, which lets two pages have one name. */
export interface Surroundings {
  locks: Pick<LockManager, 'request'> | undefined
  kept: Pick<Storage, 'getItem' | 'setItem'>
}

/**
 * Takes a name that no other open page of this server has, for as long as this page is there: the one this tab had
 * before it was reloaded, the asked one, or that with the next free number.
 */
export async function claimWindow(
  { locks, kept }: Surroundings = { locks: navigator.locks, kept: sessionStorage },
  asked = ASKED,
): Promise<string> {
  if (!locks) return asked
  const had = kept.getItem(KEPT)
  const own = had === asked || had?.startsWith(`${asked}-`) ? had : null
  let name = own !== null && (await hold(locks, own, RELOAD_MS)) ? own : null
  for (let n = 1; name === null && n <= MOST; n++) {
    const free = n === 1 ? asked : `${asked}-${n}`
    if (await hold(locks, free, 0)) name = free
  }
  WINDOW = name ?? asked
  kept.setItem(KEPT, WINDOW)
  return WINDOW
}

/** Holds a name till the page ends; false when another page still has it after `waitMs`. */
function hold(locks: Pick<LockManager, 'request'>, name: string, waitMs: number): Promise<boolean> {
  return new Promise((done) => {
    const keep = (lock: Lock | null) => {
      done(lock !== null)
      return lock === null ? undefined : new Promise<void>(() => {})
    }
    const how: LockOptions = waitMs > 0 ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true }
    locks.request(`shoal-window-${name}`, how, keep).catch(() => done(false))
  })
}
