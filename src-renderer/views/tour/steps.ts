import type { SharingCause } from '../../../src-main/common/contract/sharing.ts'
import type { Focus } from '../../state/focus.ts'
import type { PanelId } from '../../state/layout.ts'
import { isInnocent } from './the-case.ts'

/** What the steps look at: the app's own stores, and what core says of the case. */
export interface World {
  /** The workspace has been analyzed and a case has been chosen. */
  ready: boolean
  /** The panel in front. */
  active: PanelId | null
  focus: Focus | null
  /** Whether a span of time is selected. */
  time: boolean
  /** The community that is the case. */
  community: number | null
  /** Its name, C-17, and the thing that tells on it. */
  name: string
  telling: string | null
  /** One that innocently shared things are an example of; null: it shares none. */
  harmless: string | null
  /** Why accounts may share the thing that the inspector shows; null: it shows none, or this is not known yet. */
  cause: SharingCause | null
  /** The community was judged, with a reason. */
  judged: boolean
  /** It is in a case. */
  inCase: boolean
  /** A pack was written since the tour began. */
  packed: boolean
}

export type StepId =
  | 'welcome'
  | 'map'
  | 'community'
  | 'why'
  | 'time'
  | 'account'
  | 'innocent'
  | 'decide'
  | 'case'
  | 'pack'
  | 'end'

/** Where a step happens: an element, a place on the map's canvas, or nothing to be seen of it now. */
export type Find = (page: Document, world: World) => Element | DOMRect | null

export interface Step {
  id: StepId
  /** The person has really done it; absent: there is nothing to do but to read. */
  done?(world: World): boolean
  /** Real controls, in the order in which they are looked for: the first that can be seen is pointed at. */
  targets: readonly Find[]
  /** Commands whose keys do it, for those who use no mouse. */
  keys?: readonly string[]
}

/** The first element that fits and has a place on the page. */
export const css =
  (selector: string): Find =>
  (page) =>
    [...page.querySelectorAll(selector)].find(hasPlace) ?? null

/** The first such element with exactly this text, or the row of a list that it stands in. */
const named =
  (selector: string, text: (world: World) => string | null): Find =>
  (page, world) => {
    const wanted = text(world)
    const found =
      wanted !== null &&
      [...page.querySelectorAll(selector)].find((e) => e.textContent?.trim() === wanted && hasPlace(e))
    return found ? (found.closest('li') ?? found) : null
  }
const when =
  (holds: (world: World) => boolean, find: Find): Find =>
  (page, world) =>
    holds(world) ? find(page, world) : null

const hasPlace = (element: Element): boolean => element.getClientRects().length > 0

/** The case's disc on the map, where the map says that it is. */
const disc: Find = (page, { community }) => {
  const canvas = css('[data-testid="map-canvas"]')(page, {} as World)
  if (!(canvas instanceof Element)) return null
  const at = page.defaultView?.__shoalMap?.positions().find(({ id }) => id === community)
  const box = canvas.getBoundingClientRect()
  if (!at || at.x < box.left || at.x > box.right || at.y < box.top || at.y > box.bottom) return canvas
  const r = Math.max(at.r, 10)
  return new DOMRect(at.x - r, at.y - r, 2 * r, 2 * r)
}

const INSPECTOR = '[data-testid="panel-inspector"]'
const isTheCase = ({ focus, community }: World) => focus?.kind === 'community' && focus.id === community
const place = (id: string) => css(`[data-testid="place-${id}"]`)
/** The way back to the case's page from wherever the inspector is. */
const backToCase: readonly Find[] = [
  when(
    (w) => !isTheCase(w),
    named(`${INSPECTOR} button.link`, (w) => w.name),
  ),
  when((w) => !isTheCase(w), css(`${INSPECTOR} .inspector-back`)),
]
/** A thing in the list of what binds the case's members. */
const bindsRow = (text: (world: World) => string | null) =>
  when(isTheCase, named(`${INSPECTOR} [data-testid="binds"] .entity-key`, text))
const openInspector = css('[data-testid="toggle-inspector"]')

/** The tour: a small case from the first look to the pack. */
export const STEPS: readonly Step[] = [
  { id: 'welcome', targets: [] },
  { id: 'map', done: (w) => w.active === 'map', targets: [place('map')], keys: ['go.map'] },
  { id: 'community', done: isTheCase, targets: [disc, place('map')] },
  {
    id: 'why',
    done: (w) => w.focus?.kind === 'entity' && w.cause === 'none',
    targets: [
      bindsRow((w) => w.telling),
      when(isTheCase, css(`${INSPECTOR} [data-testid="binds"]`)),
      ...backToCase,
      openInspector,
    ],
  },
  {
    id: 'time',
    done: (w) => w.time,
    targets: [css('[data-testid="timeline-plot"]'), place('timeline')],
    keys: ['go.timeline'],
  },
  {
    id: 'account',
    done: (w) => w.focus?.kind === 'account',
    targets: [
      css(`${INSPECTOR} .account-line .link`),
      css(`${INSPECTOR} [data-testid="member-row"]`),
      place('accounts'),
    ],
    keys: ['go.accounts'],
  },
  {
    id: 'innocent',
    done: (w) => w.focus?.kind === 'entity' && w.cause !== null && isInnocent(w.cause),
    targets: [
      named(`${INSPECTOR} .shared-line .link`, (w) => w.harmless),
      bindsRow((w) => w.harmless),
      ...backToCase,
      css(`${INSPECTOR} [data-testid="shared-entities"]`),
      openInspector,
    ],
  },
  {
    id: 'decide',
    done: (w) => w.judged,
    targets: [when(isTheCase, css(`${INSPECTOR} [data-testid="judgement"]`)), ...backToCase, openInspector],
  },
  {
    id: 'case',
    done: (w) => w.inCase,
    targets: [
      css('.add-to-case [data-testid="new-case-name"]'),
      when(isTheCase, css(`${INSPECTOR} [data-testid="inspector-add-to-case"]`)),
      ...backToCase,
      css('[data-testid="add-to-case"]'),
    ],
  },
  {
    id: 'pack',
    done: (w) => w.packed,
    targets: [
      css('[data-testid="export-start"]'),
      css('[data-testid="panel-case"] [data-testid="case-export"]'),
      place('case'),
    ],
    keys: ['go.case'],
  },
  { id: 'end', targets: [css('[data-testid="verify"]')] },
]

/** Steps with something to do: what "3 of 9" counts. */
export const TASKS = STEPS.filter((step) => step.done !== undefined).length

/**
 * Where the tour is after the world has changed. `already`: the step was done before it was reached, so it is passed by
 * the person and not by itself.
 */
export function follow(
  at: { step: number; already: boolean },
  world: World,
): { step: number; already: boolean } {
  const step = STEPS[at.step]
  if (!step?.done) return at
  const done = step.done(world)
  if (at.already) return done ? at : { ...at, already: false }
  return done ? arrive(at.step + 1, world) : at
}

/** Goes to a step: whether it is done already is seen at once. */
export function arrive(index: number, world: World): { step: number; already: boolean } {
  const step = Math.max(0, Math.min(STEPS.length - 1, index))
  return { step, already: STEPS[step]!.done?.(world) ?? false }
}
