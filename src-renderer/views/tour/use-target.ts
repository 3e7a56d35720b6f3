import { useEffect, useRef, useState } from 'react'
import type { Box } from './card-place.ts'
import { STEPS, type World } from './steps.ts'

/** Views come and go, scroll and resize without telling anybody: what is pointed at is looked for so often. */
const LOOK_MS = 250

const HANDS = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const

export interface Target {
  box: Box
  /** What the card must not cover: the whole dialog that the control is in, else the control. */
  around: Box
  /** What can take the focus; null for a place on a canvas. */
  element: HTMLElement | null
}

/**
 * The step's control as it can be seen now; null: none of them can. It is scrolled into view until the person does
 * something: pages fill and shift what is on them.
 */
export function useTarget(step: number, world: World): { target: Target | null; look(): void } {
  const [target, setTarget] = useState<Target | null>(null)
  const now = useRef(world)
  now.current = world
  const look = useRef(() => {})
  useEffect(() => {
    let last: Element | null = null
    let handsOff = true
    look.current = () => {
      const found = findTarget(step, now.current)
      // Another control: the person's hand on the one before says nothing about this one.
      if (found?.element && found.element !== last) handsOff = true
      last = found?.element ?? null
      if (found?.element && found.hidden && handsOff) reveal(found.element)
      const next =
        found && !found.hidden ? { box: found.box, around: found.around, element: found.element } : null
      setTarget((old) =>
        old &&
        next &&
        old.element === next.element &&
        sameBox(old.box, next.box) &&
        sameBox(old.around, next.around)
          ? old
          : next,
      )
    }
    const once = () => look.current()
    once()
    const timer = setInterval(once, LOOK_MS)
    const hand = () => (handsOff = false)
    for (const kind of HANDS) window.addEventListener(kind, hand, { capture: true, passive: true })
    window.addEventListener('resize', once)
    window.addEventListener('scroll', once, { capture: true, passive: true })
    return () => {
      clearInterval(timer)
      for (const kind of HANDS) window.removeEventListener(kind, hand, { capture: true })
      window.removeEventListener('resize', once)
      window.removeEventListener('scroll', once, { capture: true })
    }
  }, [step])
  useEffect(() => look.current(), [world])
  return { target, look: look.current }
}

function findTarget(step: number, world: World): (Target & { hidden: boolean }) | null {
  for (const find of STEPS[step]!.targets) {
    const found = find(document, world)
    if (found === null) continue
    if (!(found instanceof HTMLElement)) {
      const box = boxOf(found instanceof Element ? found.getBoundingClientRect() : found)
      return { box, around: box, element: null, hidden: false }
    }
    const box = seenPart(found)
    const dialog = found.closest('.bp6-dialog')
    const around = dialog ? boxOf(dialog.getBoundingClientRect()) : box
    return { box, around, element: found, hidden: box.width < 2 || box.height < 2 }
  }
  return null
}

/** Scrolls what is made to be scrolled, and nothing else: the frame must not move. */
export function reveal(element: HTMLElement): void {
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (!/auto|scroll/.test(getComputedStyle(up).overflowY)) continue
    const [inner, outer] = [element.getBoundingClientRect(), up.getBoundingClientRect()]
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) continue
    const room = Math.max(0, (outer.height - inner.height) / 2)
    up.scrollTop += inner.top - outer.top - room
  }
}

/** The part of an element that its scrolling ancestors and the window let through. */
function seenPart(element: HTMLElement): Box {
  let { left, top, right, bottom } = element.getBoundingClientRect()
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (getComputedStyle(up).overflow === 'visible') continue
    const box = up.getBoundingClientRect()
    left = Math.max(left, box.left)
    top = Math.max(top, box.top)
    right = Math.min(right, box.right)
    bottom = Math.min(bottom, box.bottom)
  }
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) }
}
const boxOf = ({ left, top, width, height }: DOMRect): Box => ({ left, top, width, height })
const sameBox = (a: Box, b: Box) =>
  Math.abs(a.left - b.left) < 0.5 &&
  Math.abs(a.top - b.top) < 0.5 &&
  Math.abs(a.width - b.width) < 0.5 &&
  Math.abs(a.height - b.height) < 0.5
