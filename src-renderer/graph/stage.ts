import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { bitmapOf } from './bitmap.ts'
import { memberEdgeBudget } from './budget.ts'
import { StageCamera } from './camera.ts'
import { LabelPainter, type MapRegion, type WrittenLabel } from './label-painter.ts'
import { LeanSigma } from './lean-sigma.ts'
import { LineProgram, type LineData } from './line-program.ts'
import { accountKey, extentOf, MapModel } from './model.ts'
import { NO_OVERLAY, OverlayPainter, type Overlay } from './overlay-painter.ts'
import type { PlacesIndex } from './places.ts'
import { PointsLayer, type PointsView } from './points-layer.ts'
import { ShapeProgram, type ShapeData } from './shape-program.ts'
import { restyleCommunities } from './restyle.ts'
import { runSliced } from './slices.ts'
import { StagePointer, type StageEvents } from './stage-pointer.ts'
import { communityEdge, communityShape, memberEdge, memberShape, PLAIN_LOOK, type MapLook } from './style.ts'

/**
 * The drawing stage: sigma for what can be clicked and named, our own layer for the points, painters for outlines and
 * names. It knows no React and no server; controllers tell it what to show. Throws NoGraphics where WebGL 2 is missing.
 */
export class MapStage {
  readonly model = new MapModel()
  readonly sigma: LeanSigma
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
  private readonly pointer: StagePointer
  private readonly observer: ResizeObserver
  private readonly events: StageEvents
  private readonly dead = new AbortController()
  /** The hovered account and what it is joined to. */
  private near: Set<string> | null = null
  private frameFrom = 0
  /** Everything is going to be styled anew on the next frame. */
  private stale = false

  constructor(container: HTMLElement, events: StageEvents) {
    this.events = events
    this.sigma = new LeanSigma(
      this.model.graph as never,
      container,
      {
        stagePadding: 16,
        itemSizesReference: 'positions',
        zoomToSizeRatioFunction: (ratio) => ratio,
        minCameraRatio: 0.0008,
        maxCameraRatio: 4,
        defaultNodeType: 'shape',
        defaultEdgeType: 'line',
        nodeProgramClasses: { shape: ShapeProgram as never },
        edgeProgramClasses: { line: LineProgram as never },
        nodeReducer: (node, data) => this.reduceNode(node, data as never) as never,
        edgeReducer: (edge, data) => this.reduceEdge(edge, data as never) as never,
      },
      () => this.drawn(),
    )
    this.camera = new StageCamera(this.sigma, this.model)
    this.points = new PointsLayer(this.sigma.gl)
    const layer = { beforeLayer: 'mouse', style: { pointerEvents: 'none' as const } }
    this.overlayPainter = new OverlayPainter(this.sigma.createCanvas('overlay', layer))
    this.painter = new LabelPainter(this.sigma.createCanvas('names', layer))
    this.pointer = new StagePointer(this, container, events, this.dead.signal)
    this.sigma.on('beforeRender', () => (this.frameFrom = performance.now()))
    // A lost context is given back to a new stage only.
    container.addEventListener('webglcontextlost', () => events.lost(), {
      signal: this.dead.signal,
      capture: true,
    })
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
    if (id === null && this.model.open === null) return
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
    // Everything is going to be styled, these too.
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

  /** Styles what looks otherwise now with the next frame, once, however often it is asked for until then. */
  restyle(): void {
    if (this.stale) return
    this.stale = true
    requestAnimationFrame(() => {
      this.stale = false
      if (this.dead.signal.aborted || restyleCommunities(this.sigma, this.model, this.look)) return
      this.sigma.refresh({ skipIndexation: true })
    })
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
    this.sigma.kill()
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

  private pointsView(pixelRatio: number): PointsView {
    const { width, height } = this.sigma.getDimensions()
    return {
      affine: this.camera.affine(),
      width,
      height,
      pixelRatio,
      others: this.look.others,
      size: this.pointSize(),
      alpha: this.model.open === null ? 0.9 : 0.27,
      heat: this.heat && this.places ? { most: (1.5 * this.places.densest) / this.places.cellArea } : null,
    }
  }

  /** The points alone as they stand, as a PNG's data: URL with so many pixels for one CSS pixel. */
  pointsImage(scale: number): string {
    const view = this.pointsView(scale)
    return bitmapOf(this.sigma.gl, view.width * scale, view.height * scale, (target) => {
      this.points.draw(view, target)
    })
  }

  private drawn(): void {
    this.paint()
    this.events.moved()
    this.pointer.changeLevel()
    this.frameMs.push(performance.now() - this.frameFrom)
    if (this.frameMs.length > 240) this.frameMs.shift()
  }

  private paint(): void {
    const { width, height } = this.sigma.getDimensions()
    if (width <= 1 || height <= 1) return
    const { scale, toPixel } = this.projection()
    const pixelRatio = window.devicePixelRatio || 1
    if (!this.points.draw(this.pointsView(pixelRatio))) this.draw()
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

  edgeLook(edge: string, data: { level: string; index: number }): Partial<LineData> {
    if (data.level === 'communities') return communityEdge(this.model, data.index, this.look)
    const ends = this.model.graph.extremities(edge) as [string, string]
    return memberEdge(this.model, data.index, ends, this.look)
  }

  private reduceNode(node: string, data: { index: number; size: number }) {
    return { ...data, ...this.nodeLook(node, data) }
  }

  private reduceEdge(edge: string, data: { level: string; index: number }) {
    return { ...data, ...this.edgeLook(edge, data) }
  }
}
