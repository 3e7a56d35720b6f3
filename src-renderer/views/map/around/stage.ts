import { UndirectedGraph } from 'graphology'
import { LeanSigma } from '../../../graph/lean-sigma.ts'
import type { Covered } from '../../../graph/labels.ts'
import { LineProgram } from '../../../graph/line-program.ts'
import { AroundCamera, type Box } from './camera.ts'
import { GlyphProgram } from './glyph-program.ts'
import type { Guide, Place, Places } from './layout.ts'
import { glyphOf, lineOf, sizeOf, type AroundLook } from './look.ts'
import { otherEnd, type AroundModel } from './model.ts'
import { AroundPainter } from './painter.ts'
import { listenToPointer, type StageEvents } from './pointer.ts'
import { EMPTY, type AroundState, type NodeKey } from './state.ts'

const MOVE_MS = 220
/** With more edges than this, pointing at one costs more than it tells; nodes can always be pointed at. */
const EDGE_EVENTS = 6000
/** So long after the last move of the camera, ms, names are placed anew. */
const STILL_MS = 110
/** Up to so many nodes names are placed anew in every frame. */
const ALWAYS_STILL = 1200

const NO_LOOK: AroundLook = {
  theme: 'dark',
  color: 'risk',
  picked: new Set(),
  pinned: {},
  hover: null,
  focus: null,
  bright: null,
  selected: null,
}

/**
 * Draws a model: sigma for nodes and edges, a painter for names. It knows no React and no server. Throws NoGraphics where
 * WebGL 2 is missing.
 */
export class AroundStage {
  readonly sigma: LeanSigma
  readonly camera: AroundCamera
  model: AroundModel | null = null
  private graph = new UndirectedGraph()
  private state: AroundState = EMPTY
  private look: AroundLook = NO_LOOK
  private guides: Guide[] = []
  private covered: Covered | null = null
  private xy: Float64Array = new Float64Array(0)
  /** Where the nodes are going: what is framed, while they still glide. */
  private goal: Float64Array = this.xy
  private nameOf: (place: number) => string = () => ''
  private guideText: (guide: Guide) => string = () => ''
  private readonly painter: AroundPainter
  private readonly observer: ResizeObserver
  private readonly dead = new AbortController()
  private stillTimer: ReturnType<typeof setTimeout> | undefined
  /** Where the camera was when the names were painted last. */
  private painted = ''
  private animation = 0

  constructor(container: HTMLElement, events: StageEvents) {
    this.sigma = new LeanSigma(
      this.graph as never,
      container,
      {
        stagePadding: 24,
        minCameraRatio: 0.02,
        maxCameraRatio: 30,
        defaultNodeType: 'glyph',
        defaultEdgeType: 'line',
        nodeProgramClasses: { glyph: GlyphProgram as never },
        edgeProgramClasses: { line: LineProgram as never },
        nodeReducer: (_, data) => {
          const node = this.model?.nodes[data['place'] as number]
          return (node ? { ...data, ...glyphOf(this.model!, node, this.look) } : data) as never
        },
        edgeReducer: (_, data) => {
          const edge = this.model?.edges[data['place'] as number]
          return (edge ? { ...data, ...lineOf(this.model!, edge, this.look) } : data) as never
        },
      },
      () => this.paint(),
    )
    this.camera = new AroundCamera(this.sigma)
    this.painter = new AroundPainter(
      this.sigma.createCanvas('names', { beforeLayer: 'mouse', style: { pointerEvents: 'none' } }),
    )
    listenToPointer(this, events)
    this.sigma.getCamera().on('updated', () => {
      clearTimeout(this.stillTimer)
      // Once still, one more frame places the names anew.
      this.stillTimer = setTimeout(() => this.paint(), STILL_MS)
    })
    // A lost context is given back to a new stage only.
    const { signal } = this.dead
    container.addEventListener('webglcontextlost', () => events.lost(), { signal, capture: true })
    this.observer = new ResizeObserver(() => {
      if (container.offsetWidth === 0 || container.offsetHeight === 0) return
      // Before it has another size: what was fitted is where it was left.
      const { isFitted } = this.camera
      this.sigma.resize()
      if (isFitted) this.fit(false)
      this.sigma.refresh({ skipIndexation: true })
    })
    this.observer.observe(container)
  }

  /** Shows a model at the given places; every node must have one. The camera stays where it is. */
  setModel(model: AroundModel, state: AroundState, places: Places, guides: Guide[]): void {
    cancelAnimationFrame(this.animation)
    this.state = state
    this.guides = guides
    this.xy = this.read(model, places)
    this.goal = this.xy
    // A graph of its own: filling the drawn one would redraw for every node.
    const graph = new UndirectedGraph()
    model.nodes.forEach((node, place) => {
      graph.addNode(node.key, {
        x: this.xy[2 * place]!,
        y: this.xy[2 * place + 1]!,
        size: sizeOf(node, state),
        place,
        type: 'glyph',
        zIndex: node.kind === 'account' ? 1 : 2,
      })
    })
    model.edges.forEach(({ a, b }, place) => {
      graph.addEdgeWithKey(`x${place}`, model.nodes[a]!.key, model.nodes[b]!.key, {
        place,
        type: 'line',
        size: 1,
      })
    })
    this.model = model
    this.graph = graph
    this.sigma.setSetting('enableEdgeEvents', model.edges.length <= EDGE_EVENTS)
    this.sigma.setGraph(graph as never)
  }

  /** Moves the nodes to other places, over a moment where `animate`. */
  setPlaces(places: Places, guides: Guide[], animate: boolean): void {
    const { model } = this
    if (!model) return
    cancelAnimationFrame(this.animation)
    this.guides = guides
    const from = this.xy
    const to = this.read(model, places)
    this.goal = to
    const started = performance.now()
    const frame = () => {
      const t = animate ? Math.min(1, (performance.now() - started) / MOVE_MS) : 1
      const ease = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) * (1 - t)
      const now = Float64Array.from(to, (value, i) => from[i]! + (value - from[i]!) * ease)
      this.xy = now
      this.graph.updateEachNodeAttributes(
        (_, data) => {
          const place = data['place'] as number
          data['x'] = now[2 * place]!
          data['y'] = now[2 * place + 1]!
          return data
        },
        { attributes: ['x', 'y'] },
      )
      if (t < 1) this.animation = requestAnimationFrame(frame)
    }
    frame()
  }

  setLook(look: AroundLook, nameOf: (place: number) => string, guideText: (guide: Guide) => string): void {
    const old = this.look
    this.look = look
    this.nameOf = nameOf
    this.guideText = guideText
    if (!this.model) return
    const only = old.theme === look.theme && old.color === look.color && old.colorOf === look.colorOf
    const pointed =
      only && old.picked === look.picked && old.bright === look.bright && old.selected === look.selected
    if (!pointed) {
      this.sigma.refresh({ skipIndexation: true, schedule: true })
      return
    }
    const nodes = [old.hover, look.hover, old.focus, look.focus].filter(
      (key): key is string => key !== null && this.graph.hasNode(key),
    )
    const edges = [...new Set(nodes.flatMap((key) => this.graph.edges(key)))]
    try {
      this.sigma.refresh({
        partialGraph: { nodes: [...new Set(nodes)], edges },
        skipIndexation: true,
        schedule: true,
      })
    } catch {
      // What was added since the last drawing has no place in sigma's programs yet and can't be repainted alone.
      this.sigma.refresh({ schedule: true })
    }
  }

  /** Brings all (or the named) nodes into view; only zooms out, never in, where `keep` says so. */
  fit(animate: boolean, keys?: readonly NodeKey[], keep = false): void {
    if (this.model && this.model.nodes.length > 0) this.camera.fit(this.boxOf(keys), animate, keep)
  }

  /**
   * Says what of the stage something else covers: names keep away from it, and what was fitted fits beside it.
   * @param covered CSS pixels of the stage; null: nothing.
   * @param inset how far from the left nodes keep away, CSS pixels.
   */
  setCovered(covered: Covered | null, inset: number): void {
    const { isFitted, inset: before } = this.camera
    this.covered = covered
    this.camera.inset = inset
    if (inset !== before && isFitted) this.fit(false)
    this.sigma.scheduleRender()
  }

  /** Brings a node into view without changing the zoom, when it is outside. */
  reveal(key: NodeKey, animate: boolean): void {
    const at = this.placeOfNode(key)
    if (at) this.camera.reveal(at, animate)
  }

  /** The neighbour that lies most in a direction (y grows upwards); null where none lies that way. */
  towards(key: NodeKey, dx: number, dy: number): NodeKey | null {
    const { model } = this
    const place = model?.placeOf.get(key)
    if (!model || place === undefined) return null
    let best: NodeKey | null = null
    let most = 0.35
    for (const e of model.edgesOf[place]!) {
      const other = otherEnd(model.edges[e]!, place)
      const x = this.xy[2 * other]! - this.xy[2 * place]!
      const y = this.xy[2 * other + 1]! - this.xy[2 * place + 1]!
      const length = Math.hypot(x, y)
      if (length === 0) continue
      // Nearer ones first among those that lie about as well.
      const fit = (x * dx + y * dy) / length - Math.min(0.2, length / 20_000)
      if (fit > most) {
        most = fit
        best = model.nodes[other]!.key
      }
    }
    return best
  }

  /** Keys of the nodes inside a polygon given in CSS pixels of the stage, flat x, y, x, y … */
  inside(polygon: readonly number[]): NodeKey[] {
    const { model } = this
    if (!model) return []
    return model.nodes.flatMap(({ key }, i) => {
      const { x, y } = this.sigma.graphToViewport({ x: this.xy[2 * i]!, y: this.xy[2 * i + 1]! })
      return contains(polygon, x, y) ? key : []
    })
  }

  /** Where a node is, in the canvas's units. */
  placeOfNode(key: NodeKey): Place | null {
    const place = this.model?.placeOf.get(key)
    return place === undefined ? null : { x: this.xy[2 * place]!, y: this.xy[2 * place + 1]! }
  }

  /** Where a node is, CSS pixels of the stage; null where it is not drawn. */
  pixelOf(key: NodeKey): Place | null {
    const place = this.model?.placeOf.get(key)
    if (place === undefined) return null
    return this.sigma.graphToViewport({ x: this.xy[2 * place]!, y: this.xy[2 * place + 1]! })
  }

  /** What moves along when a node is dragged: all that is picked where the node is. */
  together(key: NodeKey): NodeKey[] {
    if (!this.look.picked.has(key)) return [key]
    return [...this.look.picked].filter((other) => this.model!.placeOf.has(other))
  }

  shift(key: NodeKey, dx: number, dy: number): void {
    const place = this.model!.placeOf.get(key)!
    this.xy[2 * place] = this.xy[2 * place]! + dx
    this.xy[2 * place + 1] = this.xy[2 * place + 1]! + dy
    this.graph.mergeNodeAttributes(key, { x: this.xy[2 * place]!, y: this.xy[2 * place + 1]! })
  }

  get labels() {
    return this.painter.labels
  }

  kill(): void {
    this.dead.abort()
    clearTimeout(this.stillTimer)
    cancelAnimationFrame(this.animation)
    this.observer.disconnect()
    this.sigma.kill()
  }

  private boxOf(keys?: readonly NodeKey[]): Box {
    const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity }
    const places = keys ? keys.flatMap((key) => this.model!.placeOf.get(key) ?? []) : this.model!.nodes.keys()
    for (const i of places) {
      box.x0 = Math.min(box.x0, this.goal[2 * i]!)
      box.x1 = Math.max(box.x1, this.goal[2 * i]!)
      box.y0 = Math.min(box.y0, this.goal[2 * i + 1]!)
      box.y1 = Math.max(box.y1, this.goal[2 * i + 1]!)
    }
    return box.x0 === Infinity ? { x0: -100, x1: 100, y0: -100, y1: 100 } : box
  }

  private read(model: AroundModel, places: Places): Float64Array {
    const xy = new Float64Array(model.nodes.length * 2)
    model.nodes.forEach(({ key }, i) => {
      const at = places.get(key) ?? { x: 0, y: 0 }
      xy[2 * i] = at.x
      xy[2 * i + 1] = at.y
    })
    return xy
  }

  private paint(): void {
    const { width, height } = this.sigma.getDimensions()
    if (!this.model || width <= 1 || height <= 1) return
    // Not by the clock: a frame may take longer than a moment of stillness.
    const { x, y, ratio } = this.sigma.getCamera().getState()
    const camera = `${x} ${y} ${ratio}`
    const quiet = camera === this.painted || this.painted === ''
    this.painted = camera
    this.painter.paint(
      {
        model: this.model,
        state: this.state,
        look: this.look,
        guides: this.guides,
        xy: this.xy,
        toPixel: (x, y) => this.sigma.graphToViewport({ x, y }),
        scale: this.camera.scale(),
        sizeScale: 1 / Math.sqrt(this.sigma.getCamera().ratio),
        nameOf: this.nameOf,
        guideText: this.guideText,
        covered: this.covered,
        still: quiet || this.model.nodes.length <= ALWAYS_STILL,
      },
      width,
      height,
      window.devicePixelRatio || 1,
    )
  }
}

/** Whether a point lies in a polygon, by the even-odd rule. */
export function contains(polygon: readonly number[], x: number, y: number): boolean {
  let inside = false
  const n = polygon.length / 2
  for (let i = 0, j = n - 1; i < n; j = i++) {
    const [xi, yi, xj, yj] = [polygon[2 * i]!, polygon[2 * i + 1]!, polygon[2 * j]!, polygon[2 * j + 1]!]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}
