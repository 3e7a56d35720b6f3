import Sigma from 'sigma'
import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { memberEdgeBudget } from './budget.ts'
import { StageCamera } from './camera.ts'
import { LabelPainter, type MapRegion, type WrittenLabel } from './label-painter.ts'
import { accountAt, levelAt, type Disc } from './levels.ts'
import { LineProgram } from './line-program.ts'
import {
  accountKey,
  communityKey,
  elementOf,
  extentOf,
  MapModel,
  memberShare,
  type Element,
} from './model.ts'
import { NO_OVERLAY, OverlayPainter, type Overlay } from './overlay-painter.ts'
import { inMask, NO_COMMUNITY, type PlacesIndex } from './places.ts'
import { PointsLayer } from './points-layer.ts'
import { ShapeProgram, type ShapeData } from './shape-program.ts'
import { runSliced } from './slices.ts'
import { communityEdge, communityShape, memberEdge, memberShape, PLAIN_LOOK, type MapLook } from './style.ts'

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

/** What the map can show: the renderer's graphics are there or they are not. */
export function hasWebGL(): boolean {
  const canvas = document.createElement('canvas')
  const gl = canvas.getContext('webgl2')
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return gl !== null
}

/**
 * The drawing stage: sigma for what can be clicked and named, our own layer for the points, painters for outlines and
 * names. It knows no React and no server; controllers tell it what to show.
 */
export class MapStage {
  readonly model = new MapModel()
  readonly sigma: Sigma
  readonly camera: StageCamera
  readonly points: PointsLayer
  look: MapLook = PLAIN_LOOK
  overlay: Overlay = NO_OVERLAY
  places: PlacesIndex | null = null
  /** Who is selected and who is not hidden, as bits; null: everybody. */
  masks: { selected: Uint8Array | null; shown: Uint8Array | null } = { selected: null, shown: null }
  heat = false
  /** What drawing took on the main thread, ms; the newest 240 frames, for measurements. */
  readonly frameMs: number[] = []
  private regions: MapRegion[] = []
  private openLabel = ''
  private nameOf: (id: number, key: string) => string = (_id, key) => key
  private readonly painter: LabelPainter
  private readonly overlayPainter: OverlayPainter
  private readonly observer: ResizeObserver
  private readonly events: StageEvents
  private readonly dead = new AbortController()
  /** The hovered account and what it is joined to. */
  private near: Set<string> | null = null
  private pointer: { x: number; y: number } | null = null
  private frameFrom = 0
  private hoveredPoint = -1
  /** Everything is going to be styled anew on the next frame. */
  private stale = false

  constructor(container: HTMLElement, events: StageEvents) {
    this.events = events
    this.sigma = new Sigma(this.model.graph as never, container, {
      allowInvalidContainer: true,
      autoRescale: true,
      stagePadding: 16,
      itemSizesReference: 'positions',
      zoomToSizeRatioFunction: (ratio) => ratio,
      minCameraRatio: 0.0008,
      maxCameraRatio: 4,
      renderLabels: false,
      enableEdgeEvents: true,
      defaultNodeType: 'shape',
      defaultEdgeType: 'line',
      defaultDrawNodeHover: () => {},
      nodeProgramClasses: { shape: ShapeProgram as never },
      edgeProgramClasses: { line: LineProgram as never },
      nodeReducer: (node, data) => this.reduceNode(node, data as never) as never,
      edgeReducer: (edge, data) => this.reduceEdge(edge, data as never) as never,
    })
    this.camera = new StageCamera(this.sigma, this.model)
    const layer = { beforeLayer: 'labels', style: { pointerEvents: 'none' as const } }
    this.points = new PointsLayer(this.sigma.createCanvas('points', layer))
    this.overlayPainter = new OverlayPainter(
      this.sigma.createCanvas('overlay', { ...layer, beforeLayer: 'mouse' }),
    )
    this.painter = new LabelPainter(this.sigma.createCanvas('names', { ...layer, beforeLayer: 'mouse' }))
    // Layers that our painter and reducers make needless: each would be composited over the whole stage.
    const canvases = this.sigma.getCanvases()
    for (const id of ['edgeLabels', 'labels', 'hovers', 'hoverNodes']) canvases[id]!.style.display = 'none'
    this.listen(container)
    this.observer = new ResizeObserver(() => {
      if (container.offsetWidth === 0 || container.offsetHeight === 0) return
      this.sigma.resize()
      this.sigma.refresh({ skipIndexation: true })
    })
    this.observer.observe(container)
  }

  /** Shows the communities; keeps the camera when only the selection's counts changed. True: the layout is another one. */
  setCommunities(map: CommunityMap): boolean {
    if (!this.model.setCommunities(map)) {
      this.restyle()
      return false
    }
    const extent = extentOf(map)
    if (extent) this.sigma.setCustomBBox(extent)
    this.sigma.setGraph(this.model.graph as never)
    this.camera.move({ x: 0.5, y: 0.5, ratio: 1 }, false)
    return true
  }

  /** Uploads the places of every account in slices; what is there is drawn at once. */
  async setPlaces(index: PlacesIndex, signal: AbortSignal): Promise<void> {
    this.places = index
    await runSliced(this.upload(index), signal)
  }

  private *upload(index: PlacesIndex): Generator<void> {
    for (const _ of this.points.setPlaces(index.places)) {
      this.draw()
      yield
    }
  }

  setMasks(masks: MapStage['masks']): void {
    this.masks = masks
    this.points.setMask('mask', masks.selected)
    this.points.setMask('hidden', masks.shown)
    this.draw()
  }

  setOverlay(overlay: Overlay): void {
    this.overlay = overlay
    this.draw()
  }

  setRegions(regions: MapRegion[]): void {
    this.regions = regions
    this.draw()
  }

  setHeat(heat: boolean): void {
    this.heat = heat
    this.draw()
  }

  /** Draws again on the next frame; nothing is computed anew. */
  draw(): void {
    if (!this.dead.signal.aborted) this.sigma.scheduleRender()
  }

  /** How accounts are called, and what is said beside the open community's disc. */
  setNames(names: { nameOf?: (id: number, key: string) => string; openLabel?: string }): void {
    if (names.nameOf) this.nameOf = names.nameOf
    if (names.openLabel !== undefined) this.openLabel = names.openLabel
    this.draw()
  }

  setMembers(id: number | null, members: MemberMap | null): void {
    const { width, height } = this.sigma.getDimensions()
    const limit = memberEdgeBudget(members?.accountId.length ?? 0, width, height)
    this.model.setMembers(id, members, limit)
    this.updateNear()
    this.sigma.refresh()
  }

  setLook(look: Partial<MapLook>): void {
    const old = this.look
    this.look = { ...old, ...look }
    this.updateNear()
    const { hover, focus, ...rest } = this.look
    const same = (Object.keys(rest) as (keyof typeof rest)[]).every((key) => rest[key] === old[key])
    if (!same) this.restyle()
    else if (hover !== old.hover || focus !== old.focus) this.repoint([old.hover, hover, old.focus, focus])
  }

  /** Redraws only what pointing at other things can have changed: them, their edges, the open community. */
  private repoint(keys: (string | null)[]): void {
    // sigma has emptied its places for a redraw of everything that is still to come: that includes these.
    if (this.stale) return
    const { graph } = this.model
    const nodes = new Set<string>()
    for (const key of keys) if (key !== null && graph.hasNode(key)) nodes.add(key)
    if (this.model.open !== null && keys.some((key) => key?.startsWith('a')))
      for (const id of this.model.members?.accountId ?? []) nodes.add(accountKey(id))
    const edges = new Set<string>()
    for (const node of nodes) for (const edge of graph.edges(node)) edges.add(edge)
    this.sigma.refresh({
      partialGraph: { nodes: [...nodes], edges: [...edges] },
      skipIndexation: true,
      schedule: true,
    })
  }

  restyle(): void {
    this.stale = true
    this.sigma.refresh({ skipIndexation: true, schedule: true })
  }

  counts() {
    const { graph } = this.model
    return {
      communities: graph.filterNodes((node) => node.startsWith('c')).length,
      members: graph.filterNodes((node) => node.startsWith('a')).length,
      points: this.points.count,
      edges: graph.filterEdges((edge, data) => !this.edgeLook(edge, data).hidden).length,
      labels: this.painter.placed.length,
    }
  }

  /** The names that stand on the stage now. */
  get labels(): readonly WrittenLabel[] {
    return this.painter.placed
  }

  /** Diameter of a point of the usual size now, CSS pixels. */
  pointSize(): number {
    const many = this.points.count
    const base = many > 50_000 ? 1.5 : many > 10_000 ? 1.9 : 2.3
    return Math.max(1.2, Math.min(9, base / Math.sqrt(this.sigma.getCamera().ratio)))
  }

  kill(): void {
    this.dead.abort()
    this.observer.disconnect()
    this.points.dispose()
    this.sigma.kill()
  }

  private listen(container: HTMLElement): void {
    const { sigma, events } = this
    const { signal } = this.dead
    const additive = (event: { original: MouseEvent | TouchEvent }) =>
      event.original.ctrlKey || event.original.metaKey || event.original.shiftKey
    sigma.on('clickNode', ({ node, event }) => {
      const element = elementOf(node)
      const point = element.kind === 'community' ? this.accountUnder(event.x, event.y) : null
      if (point !== null) return events.click({ kind: 'account', id: point }, additive(event))
      // Inside the open community, its own disc is the background.
      if (element.kind === 'community' && element.id === this.model.open) return
      events.click(element, additive(event))
    })
    sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault()
      const element = elementOf(node)
      if (element.kind !== 'community' || element.id !== this.model.open) events.open(element)
    })
    sigma.on('clickStage', ({ event }) => {
      const point = this.accountUnder(event.x, event.y)
      events.click(point === null ? null : { kind: 'account', id: point }, additive(event))
    })
    sigma.on('clickEdge', ({ edge }) => {
      if (!edge.startsWith('m')) return
      const [a, b] = this.model.graph.extremities(edge)
      events.edge(elementOf(a).id, elementOf(b).id)
    })
    let disc: Element | null = null
    const tell = () => {
      if (disc?.kind === 'account') return events.hover(disc)
      if (this.hoveredPoint >= 0)
        return events.hover({ kind: 'account', id: this.places!.places.accountId[this.hoveredPoint]! })
      events.hover(disc)
    }
    sigma.on('enterNode', ({ node }) => {
      const element = elementOf(node)
      disc = element.kind === 'community' && element.id === this.model.open ? null : element
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
        this.pointer = { x: event.clientX - box.x, y: event.clientY - box.y }
        if (asked || event.buttons !== 0) return
        asked = true
        requestAnimationFrame(() => {
          asked = false
          const row = this.pointer && !signal.aborted ? this.rowUnder(this.pointer.x, this.pointer.y) : -1
          if (row === this.hoveredPoint) return
          this.hoveredPoint = row
          tell()
        })
      },
      { signal },
    )
    container.addEventListener('pointerleave', () => (this.pointer = null), { signal })
    container.addEventListener('wheel', () => (this.camera.zoomedAt = performance.now()), {
      signal,
      passive: true,
      capture: true,
    })
    // A lost context is given back to a new stage only.
    container.addEventListener('webglcontextlost', () => !signal.aborted && events.lost(), {
      signal,
      capture: true,
    })
    sigma.on('beforeRender', () => (this.frameFrom = performance.now()))
    sigma.on('afterRender', () => {
      this.stale = false
      this.paint()
      events.moved()
      this.changeLevel()
      this.frameMs.push(performance.now() - this.frameFrom)
      if (this.frameMs.length > 240) this.frameMs.shift()
    })
  }

  /** The account at a pixel where accounts can be told apart, else null. */
  accountUnder(x: number, y: number): number | null {
    const row = this.rowUnder(x, y)
    return row < 0 ? null : this.places!.places.accountId[row]!
  }

  private rowUnder(x: number, y: number): number {
    const { places, model } = this
    const size = this.pointSize()
    if (!places || this.heat || size < PICK_FROM) return -1
    const at = this.sigma.viewportToGraph({ x, y })
    const { selected, shown } = this.masks
    return places.nearest(at.x, at.y, Math.max(PICK_PIXELS, size / 2 + 1) / this.camera.scale(), (row) => {
      if (!inMask(shown, row) || (this.look.others === 'hide' && !inMask(selected, row))) return false
      const community = places.places.community[row]!
      return community === NO_COMMUNITY || community !== model.open
    })
  }

  private changeLevel(): void {
    if (performance.now() - this.camera.zoomedAt > BY_HAND_MS) return
    const { model, camera } = this
    const map = model.communities
    if (!map) return
    const stage = this.sigma.getDimensions()
    const { scale, toPixel } = this.projection()
    const discs = function* (): Generator<Disc> {
      for (let i = 0; i < map.id.length; i++) {
        const r = map.radius[i]! * scale
        if (2 * r < 100) continue
        yield { id: map.id[i]!, ...toPixel(map.x[i]!, map.y[i]!), r }
      }
    }
    const open = model.open === null ? null : camera.positionOf(model.open)
    const change = levelAt(stage, open ? { id: model.open!, ...open } : null, discs())
    if (change) return this.events.level(change.open)
    const { members } = model
    if (!members || !open) return
    const radius = open.r * memberShare(members.accountId.length)
    const dots = function* (): Generator<Disc> {
      for (let i = 0; i < members.accountId.length; i++)
        yield { id: members.accountId[i]!, ...toPixel(members.x[i]!, members.y[i]!), r: radius }
    }
    const account = accountAt(stage, radius, dots())
    if (account !== null) this.events.account(account)
  }

  /** Layout coordinates to CSS pixels of the stage, as it stands. */
  projection() {
    const affine = this.camera.affine()
    return {
      affine,
      scale: Math.hypot(affine.a, affine.b),
      toPixel: (x: number, y: number) => ({
        x: affine.a * x + affine.c * y + affine.e,
        y: affine.b * x + affine.d * y + affine.f,
      }),
    }
  }

  private drawPoints(pixelRatio: number): void {
    const { width, height } = this.sigma.getDimensions()
    this.points.draw({
      affine: this.camera.affine(),
      width,
      height,
      pixelRatio,
      others: this.look.others,
      size: this.pointSize(),
      alpha: this.model.open === null ? 0.9 : 0.27,
      heat: this.heat && this.places ? { most: (1.5 * this.places.densest) / this.places.cellArea } : null,
    })
  }

  /** The points' layer as it stands, as a PNG's data: URL with so many pixels for one CSS pixel. */
  pointsImage(scale: number): string {
    this.drawPoints(scale)
    // WebGL hands out what it has drawn only until the browser shows it.
    const href = this.sigma.getCanvases()['points']!.toDataURL('image/png')
    this.drawPoints(window.devicePixelRatio || 1)
    return href
  }

  private paint(): void {
    const { width, height } = this.sigma.getDimensions()
    if (width <= 1 || height <= 1) return
    const { scale, toPixel } = this.projection()
    const pixelRatio = window.devicePixelRatio || 1
    this.drawPoints(pixelRatio)
    const { model, look, overlay } = this
    this.overlayPainter.paint({ model, look, overlay, toPixel, scale }, width, height, pixelRatio)
    const { near, openLabel, regions, nameOf } = this
    const source = { model, look, near, openLabel, overlay, regions, nameOf, toPixel, scale }
    this.painter.paint(source, width, height, pixelRatio)
  }

  private updateNear(): void {
    const { graph } = this.model
    const asked = this.look.hover?.startsWith('a') ? this.look.hover : null
    if (!asked || !graph.hasNode(asked)) {
      this.near = null
      return
    }
    this.near = new Set([asked, ...graph.neighbors(asked)])
    if (this.near.size === 1) this.near = null
  }

  nodeLook(node: string, data: { index: number; size: number }): Partial<ShapeData> {
    if (node.startsWith('c')) return communityShape(this.model, data.index, this.look)
    const shape = memberShape(this.model, data.index, this.look, this.near)
    const { sizeOf } = this.look
    if (sizeOf) shape.size = data.size * sizeOf(this.model.members!.accountId[data.index]!)
    return shape
  }

  edgeLook(edge: string, data: { level: string; index: number }) {
    const ends = this.model.graph.extremities(edge) as [string, string]
    return data.level === 'communities'
      ? communityEdge(this.model, data.index, ends, this.look)
      : memberEdge(this.model, data.index, ends, this.look)
  }

  private reduceNode(node: string, data: { index: number; size: number }) {
    return { ...data, ...this.nodeLook(node, data) }
  }

  private reduceEdge(edge: string, data: { level: string; index: number }) {
    return { ...data, ...this.edgeLook(edge, data) }
  }
}

export { accountKey, communityKey }
