import { describe, expect, it } from 'vitest'
import { en, zh } from '../../ui/i18n/resources.ts'
import { arrive, follow, STEPS, TASKS, type StepId, type World } from './steps.ts'

const NOTHING: World = {
  ready: true,
  active: 'accounts',
  focus: null,
  time: false,
  community: 16,
  name: 'C-17',
  telling: '10.0.0.1',
  harmless: '10.0.0.2',
  cause: null,
  judged: false,
  inCase: false,
  packed: false,
}
/** What a person does at each step, in order, and what else changes with it. */
const DEEDS: [StepId, Partial<World>][] = [
  ['map', { active: 'map' }],
  ['community', { focus: { kind: 'community', id: 16 } }],
  ['why', { focus: { kind: 'entity', id: 5 }, cause: 'none' }],
  ['time', { time: true }],
  ['account', { focus: { kind: 'account', id: 9 }, cause: null }],
  ['innocent', { focus: { kind: 'entity', id: 6 }, cause: 'carrier' }],
  ['decide', { focus: { kind: 'community', id: 16 }, cause: null, judged: true }],
  ['case', { inCase: true }],
  ['pack', { active: 'case', packed: true }],
]
const indexOf = (id: StepId) => STEPS.findIndex((step) => step.id === id)

describe('the tour', () => {
  it('has every step once, with its words in both languages, from a welcome to an end', () => {
    const ids = STEPS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect([ids[0], ids.at(-1)]).toEqual(['welcome', 'end'])
    expect(Object.keys(en.tour.step)).toEqual(ids)
    expect(Object.keys(zh.tour.step)).toEqual(ids)
    expect(TASKS).toBe(DEEDS.length)
  })

  it('goes on by what was really done, one step for each deed, to the end', () => {
    let world = NOTHING
    let at = arrive(indexOf('map'), world)
    for (const [id, deed] of DEEDS) {
      expect(STEPS[at.step]!.id).toBe(id)
      expect(at.already).toBe(false)
      expect(follow(at, world)).toBe(at) // nothing was done yet
      world = { ...world, ...deed }
      at = follow(at, world)
    }
    expect(STEPS[at.step]!.id).toBe('end')
    expect(follow(at, world)).toBe(at)
  })

  it('does not take one deed for another', () => {
    const at = (id: StepId) => ({ step: indexOf(id), already: false })
    const stays = (id: StepId, part: Partial<World>) =>
      expect(follow(at(id), { ...NOTHING, ...part }).step, id).toBe(indexOf(id))
    stays('community', { focus: { kind: 'community', id: 3 } })
    stays('community', { focus: { kind: 'account', id: 16 } })
    stays('why', { focus: { kind: 'entity', id: 5 }, cause: 'carrier' })
    stays('why', { focus: { kind: 'entity', id: 5 }, cause: null })
    stays('innocent', { focus: { kind: 'entity', id: 5 }, cause: 'none' })
    stays('innocent', { focus: { kind: 'entity', id: 5 }, cause: 'unknown' })
    stays('decide', { inCase: true, packed: true })
  })

  it('leaves a step that was done before to the person, until it is undone and done again', () => {
    const map = indexOf('map')
    const on: World = { ...NOTHING, active: 'map' }
    const at = arrive(map, on)
    expect(at).toEqual({ step: map, already: true })
    expect(follow(at, on)).toBe(at)
    const off = follow(at, NOTHING)
    expect(off).toEqual({ step: map, already: false })
    expect(follow(off, on).step).toBe(map + 1)
  })

  it('stays within its steps', () => {
    expect(arrive(-3, NOTHING).step).toBe(0)
    expect(arrive(99, NOTHING).step).toBe(STEPS.length - 1)
  })
})

describe('what a step points at', () => {
  it('is the first control that is there; without any there is nothing to point at', () => {
    const page = document.implementation.createHTMLDocument()
    for (const { targets } of STEPS) for (const find of targets) expect(find(page, NOTHING)).toBeNull()
    page.body.innerHTML = `
      <div data-testid="panel-inspector"><div data-testid="binds"><ul>
        <li id="a"><button class="entity-key">10.0.0.9</button></li>
        <li id="b"><button class="entity-key">10.0.0.1</button></li>
      </ul></div></div>`
    // A document that is not drawn gives no element a place.
    for (const element of page.querySelectorAll('*')) element.getClientRects = () => [{}] as never
    const why = STEPS[indexOf('why')]!
    const first = (world: World) =>
      why.targets.map((find) => find(page, world)).find((found) => found !== null)
    const theCase: World = { ...NOTHING, focus: { kind: 'community', id: 16 } }
    expect(first(theCase)).toMatchObject({ id: 'b' })
    expect(first({ ...theCase, telling: null })).toMatchObject({ dataset: { testid: 'binds' } })
    expect(first(NOTHING)).toBeUndefined() // the inspector shows something else
  })
})
