/**
 * Where the keyboard is: F6 goes through the parts of the window, and a panel that was asked for by keys takes the
 * focus, on what one works with in it.
 */

/** Rail, top bar, each group of panels, status line: in the order in which they are seen. */
const REGIONS = '.sh-rail, .sh-top, .sh-dock .dv-groupview, .sh-status'
/** A table, list, tree or canvas: one tab stop that has keys of its own. */
const COMPOSITE = ['grid', 'treegrid', 'listbox', 'tree', 'application']
  .flatMap((role) => [`[role="${role}"][tabindex="0"]`, `[role="${role}"] [tabindex="0"]`])
  .join(', ')
const TABBABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]'
/** Pages: read from the top, whatever list stands further down. */
const PAGES = new Set(['inspector', 'help', 'settings'])
/** How long a panel may take to show what one works with. */
const PATIENCE_MS = 5000

const isShown = (element: Element): boolean =>
  element instanceof HTMLElement && (element.checkVisibility?.() ?? true) && !element.closest('[inert]')
const firstOf = (root: Element, what: string): HTMLElement | null =>
  ([...root.querySelectorAll(what)].find(isShown) as HTMLElement | undefined) ?? null

/** Where the focus was in each region when it left. */
const last = new WeakMap<Element, HTMLElement>()

/** Goes to the next (1) or the previous (-1) part of the window, where one was in it or at its beginning. */
export function goToRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll(REGIONS)].filter(
    (region) => isShown(region) && firstOf(region, TABBABLE),
  )
  if (regions.length === 0) return
  const here = regions.findIndex((region) => region.contains(document.activeElement))
  if (here >= 0) last.set(regions[here]!, document.activeElement as HTMLElement)
  const from = here < 0 && step < 0 ? 0 : here
  const next = regions[(from + step + regions.length) % regions.length]!
  const known = last.get(next)
  const target =
    known && next.contains(known) && isShown(known)
      ? known
      : (firstOf(next, `.sh-panel :is(${COMPOSITE})`) ?? firstOf(next, TABBABLE))
  target?.focus()
}

let waiting: MutationObserver | null = null

/**
 * Moves the focus into a panel as soon as it is there: onto its table, list, tree or canvas, else onto the panel itself,
 * from where Tab goes through it. Stops waiting when the person goes elsewhere.
 */
export function focusPanel(id: string): void {
  waiting?.disconnect()
  const find = () => document.querySelector<HTMLElement>(`[data-testid="panel-${CSS.escape(id)}"]`)
  const started = performance.now()
  let panel: HTMLElement | null = null
  const settle = (): boolean => {
    panel ??= find()
    if (!panel || !isShown(panel)) return false
    const { activeElement } = document
    if (activeElement !== panel && panel.contains(activeElement)) return true
    if (activeElement !== panel) {
      if (document.activeElement?.matches('[role="dialog"] *')) return true
      panel.focus({ preventScroll: true })
    }
    if (PAGES.has(id)) return true
    const work = firstOf(panel, COMPOSITE)
    work?.focus({ preventScroll: true })
    return work !== null
  }
  if (settle()) return
  waiting = new MutationObserver((_changes, observer) => {
    const left =
      panel !== null && document.activeElement !== panel && document.activeElement !== document.body
    if (left || performance.now() - started > PATIENCE_MS || settle()) observer.disconnect()
  })
  waiting.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['style', 'class'],
  })
}
