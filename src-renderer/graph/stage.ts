import Sigma from 'sigma'
import type { CommunityMap, MemberMap } from '../../src-main/common/contract/communities.ts'
import { memberEdgeBudget } from './budget.ts'
import { LabelPainter, type LabelSource } from './label-painter.ts'
import { LineProgram } from './line-program.ts'
import { accountKey, communityKey, elementOf, extentOf, MapModel, type Element } from './model.ts'
import { PointsLayer, type Affine, type Points } from './points-layer.ts'
import { ShapeProgram } from './shape-program.ts'
import { communityEdge, communityShape, memberEdge, memberShape, type MapLook } from './style.ts'

export interface StageEvents {
  /** `additive` with Ctrl, ⌘ or Shift. */
  click(element: Element | null, additive: boolean): void
  open(element: Element): void
  /** The two accounts of an edge inside the open community. */
  edge(a: number, b: number): void
  hover(element: Element | null): void
  /** The camera moved or the stage changed its size. */
  moved(): void
}
const MOVE_MS = 220

/** What the map can show: the renderer's graphics are there or they are not. */
export function hasWebGL(): boolean {
  const canvas = document.createElement('canvas')
  const gl = canvas.getContext('webgl2')
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return gl !== null
}

/**
 * The drawing stage: sigma for what can be clicked and named, our own layer for the points, one label painter.
 * It knows no React and no server; controllers tell it what to show.
 */
export class MapStage {
  readonly model = new MapModel()
  readonly sigma: Sigma
  look: MapLook = {
    theme: 'dark',
    hasSelection: false,
    hover: null,
    focus: null,
    hiddenChannels: new Set(),
  }
  private openLabel = ''
  private nameOf: (id: number, key: string) => string = (_id, key) => key
  private readonly points: PointsLayer
  private readonly painter: LabelPainter
  private readonly observer: ResizeObserver
  /** The hovered account and what it is joined to. */
  private near: Set<string> | null = null
  private drawnEdges = 0

  constructor(container: HTMLElement, events: StageEvents) {
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
    const layer = { beforeLayer: 'labels', style: { pointerEvents: 'none' as const } }
    this.points = new PointsLayer(this.sigma.createCanvas('points', layer))
    this.painter = new LabelPainter(this.sigma.createCanvas('names', { ...layer, beforeLayer: 'mouse' }))
    // Layers that our painter and reducers make needless: each would be composited over the whole stage.
    const canvases = this.sigma.getCanvases()
    for (const id of ['edgeLabels', 'labels', 'hovers', 'hoverNodes']) canvases[id]!.style.display = 'none'
    this.listen(events)
    this.observer = new ResizeObserver(() => {
      if (container.offsetWidth === 0 || container.offsetHeight === 0) return
      this.sigma.resize()
      this.sigma.refresh({ skipIndexation: true })
    })
    this.observer.observe(container)
  }

  /** Shows the communities; keeps the camera when only the selection's counts changed. */
  setCommunities(map: CommunityMap): void {
    if (!this.model.setCommunities(map)) return this.restyle()
    const extent = extentOf(map)
    if (extent) this.sigma.setCustomBBox(extent)
    this.sigma.setGraph(this.model.graph as never)
    this.sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 })
  }

  setPoints(points: Points): void {
    this.points.set(points)
    this.sigma.scheduleRender()
  }

  /** How accounts are called, and what is said beside the open community's disc. */
  setNames(names: { nameOf?: (id: number, key: string) => string; openLabel?: string }): void {
    if (names.nameOf) this.nameOf = names.nameOf
    if (names.openLabel !== undefined) this.openLabel = names.openLabel
    this.sigma.scheduleRender()
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
    const { theme, hasSelection, hiddenChannels, hover, focus } = this.look
    const pointed = [old.hover, hover, old.focus, focus]
    if (theme !== old.theme || hasSelection !== old.hasSelection || hiddenChannels !== old.hiddenChannels)
      this.restyle()
    else if (hover !== old.hover || focus !== old.focus) this.repoint(pointed)
  }

  /** Redraws only what pointing at other things can have changed: them, their edges, the open community. */
  private repoint(keys: (string | null)[]): void {
    const { graph } = this.model
    const nodes = new Set<string>()
    for (const key of keys) if (key !== null && graph.hasNode(key)) nodes.add(key)
    if (keys.some((key) => key?.startsWith('a')))
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
    this.sigma.refresh({ skipIndexation: true, schedule: true })
  }

  /** Moves so that a community fills the stage; null shows all. */
  frame(id: number | null, animate: boolean): void {
    const map = this.model.communities
    const row = id === null ? -1 : this.model.rowOf(id)
    if (!map || row < 0) return this.move({ x: 0.5, y: 0.5, ratio: 1 }, animate)
    const center = { x: map.x[row]!, y: map.y[row]! }
    const { width, height } = this.sigma.getDimensions()
    const target = Math.min(width, height) * 0.4
    const pixels = map.radius[row]! * this.scale()
    const ratio = (this.sigma.getCamera().ratio * pixels) / Math.max(target, 1)
    const at = this.sigma.viewportToFramedGraph(this.sigma.graphToViewport(center))
    this.move({ x: at.x, y: at.y, ratio }, animate)
  }

  /** Brings a community into view without changing the zoom, when it is outside. */
  reveal(id: number, animate: boolean): void {
    const at = this.positionOf(id)
    const { width, height } = this.sigma.getDimensions()
    if (!at || (at.x > 20 && at.y > 20 && at.x < width - 20 && at.y < height - 20)) return
    const framed = this.sigma.viewportToFramedGraph(at)
    this.move({ x: framed.x, y: framed.y }, animate)
  }

  zoom(factor: number, animate: boolean): void {
    const camera = this.sigma.getCamera()
    this.move({ ratio: camera.getBoundedRatio(camera.ratio / factor) }, animate)
  }

  /** Pans by a share of the stage's width and height. */
  pan(dx: number, dy: number): void {
    const { width, height } = this.sigma.getDimensions()
    this.centerOn({ x: width * (0.5 + dx), y: height * (0.5 + dy) })
  }

  /** Puts a place, in CSS pixels of the stage, in the middle. */
  centerOn(pixel: { x: number; y: number }): void {
    const at = this.sigma.viewportToFramedGraph(pixel)
    this.move({ x: at.x, y: at.y }, false)
  }

  /** Centre and radius of a community's disc in CSS pixels of the stage; null when it is not drawn. */
  positionOf(id: number): { x: number; y: number; r: number } | null {
    const map = this.model.communities
    const row = this.model.rowOf(id)
    if (!map || row < 0) return null
    const at = this.sigma.graphToViewport({ x: map.x[row]!, y: map.y[row]! })
    return { ...at, r: map.radius[row]! * this.scale() }
  }

  /** CSS pixels for one unit of the graph. */
  scale(): number {
    const { a, b } = this.affine()
    return Math.hypot(a, b)
  }

  counts() {
    const { graph } = this.model
    return {
      communities: graph.filterNodes((node) => node.startsWith('c')).length,
      members: graph.filterNodes((node) => node.startsWith('a')).length,
      points: this.points.count,
      edges: this.drawnEdges,
      labels: this.painter.placed.length,
    }
  }

  kill(): void {
    this.observer.disconnect()
    this.points.dispose()
    this.sigma.kill()
  }

  private move(state: { x?: number; y?: number; ratio?: number }, animate: boolean): void {
    const camera = this.sigma.getCamera()
    if (animate) void camera.animate(state, { duration: MOVE_MS, easing: 'quadraticInOut' })
    else camera.setState(state)
  }

  private affine(): Affine {
    const map = this.model.communities
    // Differences over the whole extent: over one unit they would drown in rounding at far zooms.
    const span = map && map.id.length > 0 ? Math.max(1, Math.abs(map.x[0]!) + map.radius[0]!) : 1
    const o = this.sigma.graphToViewport({ x: 0, y: 0 })
    const x = this.sigma.graphToViewport({ x: span, y: 0 })
    const y = this.sigma.graphToViewport({ x: 0, y: span })
    return {
      a: (x.x - o.x) / span,
      b: (x.y - o.y) / span,
      c: (y.x - o.x) / span,
      d: (y.y - o.y) / span,
      e: o.x,
      f: o.y,
    }
  }

  private listen(events: StageEvents): void {
    const { sigma } = this
    const additive = (event: { original: MouseEvent | TouchEvent }) =>
      event.original.ctrlKey || event.original.metaKey || event.original.shiftKey
    sigma.on('clickNode', ({ node, event }) => {
      const element = elementOf(node)
      // Inside the open community, its own disc is the background.
      if (element.kind === 'community' && element.id === this.model.open) return
      events.click(element, additive(event))
    })
    sigma.on('doubleClickNode', ({ node, preventSigmaDefault }) => {
      preventSigmaDefault()
      const element = elementOf(node)
      if (element.kind !== 'community' || element.id !== this.model.open) events.open(element)
    })
    sigma.on('clickStage', ({ event }) => events.click(null, additive(event)))
    sigma.on('clickEdge', ({ edge }) => {
      if (!edge.startsWith('m')) return
      const [a, b] = this.model.graph.extremities(edge)
      events.edge(elementOf(a).id, elementOf(b).id)
    })
    sigma.on('enterNode', ({ node }) => {
      const element = elementOf(node)
      const inside = element.kind === 'community' && element.id === this.model.open
      events.hover(inside ? null : element)
    })
    sigma.on('leaveNode', () => events.hover(null))
    sigma.on('afterRender', () => {
      this.paint()
      events.moved()
    })
  }

  private paint(): void {
    const { width, height } = this.sigma.getDimensions()
    if (width <= 1 || height <= 1) return
    const affine = this.affine()
    const pixelRatio = window.devicePixelRatio || 1
    const many = this.points.count
    const base = many > 50_000 ? 1.5 : many > 10_000 ? 1.9 : 2.3
    this.points.draw({
      affine,
      width,
      height,
      pixelRatio,
      theme: this.look.theme,
      hasSelection: this.look.hasSelection,
      open: this.model.open,
      size: Math.max(1.2, Math.min(7, base / Math.sqrt(this.sigma.getCamera().ratio))),
      alpha: 0.9,
    })
    const source: LabelSource = {
      model: this.model,
      look: this.look,
      near: this.near,
      openLabel: this.openLabel,
      nameOf: this.nameOf,
      toPixel: (x, y) => ({
        x: affine.a * x + affine.c * y + affine.e,
        y: affine.b * x + affine.d * y + affine.f,
      }),
      scale: Math.hypot(affine.a, affine.b),
    }
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

  private reduceNode(node: string, data: { index: number }) {
    return {
      ...data,
      ...(node.startsWith('c')
        ? communityShape(this.model, data.index, this.look)
        : memberShape(this.model, data.index, this.look, this.near)),
    }
  }

  private reduceEdge(edge: string, data: { level: string; index: number }) {
    const ends = this.model.graph.extremities(edge) as [string, string]
    const drawn =
      data.level === 'communities'
        ? communityEdge(this.model, data.index, ends, this.look)
        : memberEdge(this.model, data.index, ends, this.look)
    return { ...data, ...drawn }
  }

  /** Counts what the reducers leave visible; for tests and the status of the map. */
  countEdges(): number {
    this.drawnEdges = this.model.graph.filterEdges((edge, data) => {
      const ends = this.model.graph.extremities(edge) as [string, string]
      const drawn =
        data.level === 'communities'
          ? communityEdge(this.model, data.index, ends, this.look)
          : memberEdge(this.model, data.index, ends, this.look)
      return !drawn.hidden
    }).length
    return this.drawnEdges
  }
}

export { accountKey, communityKey }
