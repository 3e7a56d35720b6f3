import { accountAt, levelAt, type Disc } from './levels.ts'
import { elementOf, memberShare, type Element } from './model.ts'
import { inMask, NO_COMMUNITY } from './places.ts'
import type { MapStage } from './stage.ts'

export interface StageEvents {
  /** `additive` with Ctrl, ⌘ or Shift. */
  click(element: Element | null, additive: boolean): void
  open(element: Element): void
  /** The two accounts of an edge inside the open community. */
  edge(a: number, b: number): void
  hover(element: Element | null): void
  /** The camera moved or the stage changed its size. */
  moved(): void
  /** Zooming by hand has led into a community, or out of the open one (null). */
  level(open: number | null): void
  /** Zooming by hand has led to one account. */
  account(id: number): void
  /** The graphics were taken away; the stage has to be made anew. */
  lost(): void
}
/** Nearer than so many pixels to an account, the pointer is on it. */
const PICK_PIXELS = 6
/** Accounts are picked one by one from this diameter on; smaller ones are read as their community. */
const PICK_FROM = 3.2
/** Zooming by hand decides about levels for so long after the last turn of the wheel, ms. */
const BY_HAND_MS = 450

/** What pointer and wheel do on a stage: which thing they are on, and which community they lead into. */
export class StagePointer {
  private readonly stage: MapStage
  private readonly events: StageEvents
  private at: { x: number; y: number } | null = null
  private hoveredPoint = -1

  /** Listens until `signal` aborts. */
  constructor(stage: MapStage, container: HTMLElement, events: StageEvents, signal: AbortSignal) {
    this.stage = stage
    this.events = events
    const { sigma } = stage
    const additive = (event: { original: MouseEvent | TouchEvent }) =>
      event.original.ctrlKey || event.original.metaKey || event.original.shiftKey
    sigma.on('clickNode', ({ node, event }) => {
      const element = elementOf(node)
      const point = element.kind === 'community' ? this.accountUnder(event.x, event.y) : null
      if (point !== null) return events.click({ kind: 'account', id: point }, additive(event))
      // Inside the open community, its own disc is the background.
      if (element.kind === 'community' && element.id === stage.model.open) return
      events.click(element, additive(event))
    })
    sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault()
      const element = elementOf(node)
      if (element.kind !== 'community' || element.id !== stage.model.open) events.open(element)
    })
    sigma.on('clickStage', ({ event }) => {
      const point = this.accountUnder(event.x, event.y)
      events.click(point === null ? null : { kind: 'account', id: point }, additive(event))
    })
    sigma.on('clickEdge', ({ edge }) => {
      if (!edge.startsWith('m')) return
      const [a, b] = stage.model.graph.extremities(edge)
      events.edge(elementOf(a).id, elementOf(b).id)
    })
    let disc: Element | null = null
    const tell = () => {
      if (disc?.kind === 'account') return events.hover(disc)
      if (this.hoveredPoint >= 0)
        return events.hover({ kind: 'account', id: stage.places!.places.accountId[this.hoveredPoint]! })
      events.hover(disc)
    }
    sigma.on('enterNode', ({ node }) => {
      const element = elementOf(node)
      disc = element.kind === 'community' && element.id === stage.model.open ? null : element
      tell()
    })
    sigma.on('leaveNode', () => {
      disc = null
      tell()
    })
    let asked = false
    container.addEventListener(
      'pointermove',
      (event) => {
        const box = container.getBoundingClientRect()
        this.at = { x: event.clientX - box.x, y: event.clientY - box.y }
        if (asked || event.buttons !== 0) return
        asked = true
        requestAnimationFrame(() => {
          asked = false
          const row = this.at && !signal.aborted ? this.rowUnder(this.at.x, this.at.y) : -1
          if (row === this.hoveredPoint) return
          this.hoveredPoint = row
          tell()
        })
      },
      { signal },
    )
    container.addEventListener(
      'pointerleave',
      () => {
        this.at = null
        if (this.hoveredPoint < 0) return
        this.hoveredPoint = -1
        tell()
      },
      { signal },
    )
    container.addEventListener('wheel', () => (stage.camera.zoomedAt = performance.now()), {
      signal,
      passive: true,
      capture: true,
    })
  }

  /** The account at a pixel where accounts can be told apart, else null. */
  private accountUnder(x: number, y: number): number | null {
    const row = this.rowUnder(x, y)
    return row < 0 ? null : this.stage.places!.places.accountId[row]!
  }

  private rowUnder(x: number, y: number): number {
    const { stage } = this
    const { places, model } = stage
    const size = stage.pointSize()
    if (!places || stage.heat || size < PICK_FROM) return -1
    const at = stage.sigma.viewportToGraph({ x, y })
    const { selected, shown } = stage.masks
    return places.nearest(at.x, at.y, Math.max(PICK_PIXELS, size / 2 + 1) / stage.camera.scale(), (row) => {
      if (!inMask(shown, row) || (stage.look.others === 'hide' && !inMask(selected, row))) return false
      const community = places.places.community[row]!
      return community === NO_COMMUNITY || community !== model.open
    })
  }

  /** After zooming by hand: whether it has led into a community, out of one, or to an account. */
  changeLevel(): void {
    const { model, camera, sigma } = this.stage
    if (performance.now() - camera.zoomedAt > BY_HAND_MS) return
    const map = model.communities
    if (!map) return
    const size = sigma.getDimensions()
    const { scale, toPixel } = this.stage.projection()
    const discs = function* (): Generator<Disc> {
      for (const i of model.bySize) {
        const r = map.radius[i]! * scale
        if (2 * r < 100) return
        yield { id: map.id[i]!, ...toPixel(map.x[i]!, map.y[i]!), r }
      }
    }
    const open = model.open === null ? null : camera.positionOf(model.open)
    const change = levelAt(size, open ? { id: model.open!, ...open } : null, discs())
    if (change) return this.events.level(change.open)
    const { members } = model
    if (!members || !open) return
    const radius = open.r * memberShare(members.accountId.length)
    const dots = function* (): Generator<Disc> {
      for (let i = 0; i < members.accountId.length; i++)
        yield { id: members.accountId[i]!, ...toPixel(members.x[i]!, members.y[i]!), r: radius }
    }
    const account = accountAt(size, radius, dots())
    if (account !== null) this.events.account(account)
  }
}
