import Sigma from 'sigma'
import type Graph from 'graphology'
import type { Settings } from 'sigma/settings'
import type { NodeDisplayData } from 'sigma/types'
import { BEFORE_READING } from '../ui/picture/sources.ts'
import { NoGraphics } from './gl.ts'
import { indexOf, type ItemProgram } from './item-program.ts'

/** What sigma 3.0.3 keeps to itself and is done otherwise here. The version is pinned; a test asks for these names. */
interface Internals {
  container: HTMLElement
  mouseCaptor: {
    isMouseDown: boolean
    draggedEvents: number
    off(event: 'wheel', listener: () => void): void
  }
  activeListeners: { handleWheel(): void }
  settings: { defaultNodeType: string; defaultEdgeType: string }
  elements: Record<string, HTMLElement>
  canvasContexts: Record<string, { clearRect(): void }>
  webGLContexts: Record<string, WebGL2RenderingContext>
  nodePrograms: Record<string, ItemProgram>
  edgePrograms: Record<string, ItemProgram>
  graph: Graph
  needToProcess: boolean
  nodeDataCache: Record<string, NodeDisplayData>
  nodeIndices: Record<string, number>
  edgeIndices: Record<string, number>
  nodeProgramIndex: Record<string, number>
  edgeProgramIndex: Record<string, number>
  render(): Sigma
  itemIDsIndex: Record<number, { type: 'node' | 'edge'; id: string } | undefined>
  width: number
  height: number
  pixelRatio: number
  emit(event: 'resize'): boolean
  createCanvas(id: string, options?: object): HTMLCanvasElement
}
/** Where an item stands among those that are drawn. */
export interface Slot {
  key: string
  /** Its `index` attribute in the graph. */
  row: number
  /** Its place in its program, and sigma's index of it. */
  offset: number
  id: number
}
export interface EdgeSlot extends Slot {
  source: string
  target: string
}
type ProgramClass = new (gl: WebGL2RenderingContext) => ItemProgram

/** CSS pixels of one pixel of the picture that is pointed into. */
const COARSE = 2
/** A press that moved so often before it was let go is no click: sigma's `draggedEventsTolerance`. */
const CLICK_MOVES = 3
const NOTHING = { clearRect: () => {} }

/**
 * Sigma with one WebGL context for all that it draws, edges below nodes, where sigma has three and draws everything twice in
 * each frame. Whatever else draws into that context does so `onDrawn`. What can be pointed at is drawn when something is
 * pointed at. Sigma's own names, hovers and programs are left out: the stages have theirs.
 * Throws NoGraphics where there is no WebGL 2; the container is then as it was.
 */
export class LeanSigma extends Sigma {
  readonly gl: WebGL2RenderingContext
  private readonly pointed: Pointed
  /** The container is asked for its size when it has changed it, not in each frame: to ask is to have it laid out. */
  private drawing = false
  private slots: { nodes: Slot[]; edges: EdgeSlot[] } | null = null

  constructor(
    graph: ConstructorParameters<typeof Sigma>[0],
    container: HTMLElement,
    settings: Partial<Settings>,
    onDrawn: () => void,
  ) {
    super(graph, container, {
      allowInvalidContainer: true,
      renderLabels: false,
      enableEdgeEvents: true,
      defaultDrawNodeHover: () => {},
      ...settings,
    })
    const self = internals(this)
    this.gl = self.webGLContexts['nodes']!
    this.pointed = new Pointed(this.gl)
    self.elements['edges']!.addEventListener(BEFORE_READING, () => this.redraw())
    // It would ask what the wheel is over, and nobody wants to know.
    self.mouseCaptor.off('wheel', self.activeListeners.handleWheel)
    this.on('afterProcess', () => (this.slots = null))
    this.on('kill', () => {
      this.pointed.dispose()
      // Sigma gives back each of its contexts, once, and none that is lost already.
      for (const id of this.gl.isContextLost() ? ['edges', 'nodes', 'hoverNodes'] : ['nodes', 'hoverNodes'])
        delete self.webGLContexts[id]
    })
    this.on('afterRender', () => {
      let whole = true
      for (const program of programs(self)) whole = program.draw(false) && whole
      this.pointed.stale = true
      onDrawn()
      // The shaders are still being compiled.
      if (!whole) this.scheduleRender()
    })
  }

  override createWebGLContext(id: string): WebGLRenderingContext {
    const self = internals(this)
    const made = Object.values(self.webGLContexts)[0]
    const gl = made ?? contextOf(self.createCanvas('edges'), self.container)
    self.webGLContexts[id] = gl
    return gl as unknown as WebGLRenderingContext
  }

  override createCanvasContext(id: string, options?: object): this {
    const self = internals(this)
    // What listens to the pointer is never drawn on; the others are not there at all.
    if (id === 'mouse') self.createCanvas(id, options)
    self.canvasContexts[id] = NOTHING
    return this
  }

  /** Follows the container and the screen's pixels; a canvas is only touched when it has to change. */
  override resize(force = false): this {
    const self = internals(this)
    const pixelRatio = window.devicePixelRatio || 1
    if (this.drawing && !force && pixelRatio === self.pixelRatio) return this
    const { width, height } = sizeOf(self.container)
    if (!force && width === self.width && height === self.height && pixelRatio === self.pixelRatio)
      return this
    Object.assign(self, { width, height, pixelRatio })
    for (const element of Object.values(self.elements)) {
      element.style.width = `${width}px`
      element.style.height = `${height}px`
    }
    fit(self.elements['edges'] as HTMLCanvasElement, self.container)
    self.emit('resize')
    return this
  }

  override clear(): this {
    const self = internals(this)
    const gl = self.webGLContexts['nodes']!
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight)
    gl.clear(gl.COLOR_BUFFER_BIT)
    for (const program of programs(self)) program.forget()
    return this
  }

  /** Draws now what was written into the programs. */
  redraw(): void {
    internals(this).render()
  }

  /** Everything that is drawn, as it stands in the programs; null while sigma has to write all of it anew. */
  slotsOf(): { nodes: readonly Slot[]; edges: readonly EdgeSlot[] } | null {
    const self = internals(this)
    if (self.needToProcess) return null
    const { graph, nodeIndices, edgeIndices, nodeProgramIndex, edgeProgramIndex } = self
    this.slots ??= {
      nodes: graph.mapNodes((key, data) => ({
        key,
        row: data['index'] as number,
        offset: nodeProgramIndex[key]!,
        id: nodeIndices[key]!,
      })),
      edges: graph.mapEdges((key, data, source, target) => ({
        key,
        row: data['index'] as number,
        offset: edgeProgramIndex[key]!,
        id: edgeIndices[key]!,
        source,
        target,
      })),
    }
    return this.slots
  }

  /** What sigma holds of a node: its place in sigma's own coordinates among it. */
  dataOf(key: string): NodeDisplayData {
    return internals(this).nodeDataCache[key]!
  }

  /** The programs of nodes and edges of the usual kind. */
  programs(): { nodes: ItemProgram; edges: ItemProgram } {
    const { nodePrograms, edgePrograms, settings } = internals(this)
    return { nodes: nodePrograms[settings.defaultNodeType]!, edges: edgePrograms[settings.defaultEdgeType]! }
  }

  /** What is drawn at a CSS pixel of the stage; nothing while something is dragged. */
  itemAt(x: number, y: number): { type: 'node' | 'edge'; id: string } | null {
    const self = internals(this)
    const { isMouseDown, draggedEvents } = self.mouseCaptor
    // Each answer waits until all is drawn; who drags points at nothing, and who lets go after it clicks nothing.
    if (draggedEvents >= (isMouseDown ? 1 : CLICK_MOVES)) return null
    const index = this.pointed.read(x, y, self.width, self.height, () => {
      for (const program of programs(self)) program.draw(true)
    })
    return self.itemIDsIndex[index] ?? null
  }
}

const internals = (sigma: Sigma) => sigma as unknown as Internals
/** In the order in which they are drawn. */
const programs = (self: Internals) => [
  ...Object.values(self.edgePrograms),
  ...Object.values(self.nodePrograms),
]

/** In CSS pixels; a container that is not shown counts as one. */
const sizeOf = (container: HTMLElement) => ({
  width: container.offsetWidth || 1,
  height: container.offsetHeight || 1,
})

/** As many pixels as the screen shows of the container. */
function fit(canvas: HTMLCanvasElement, container: HTMLElement): void {
  const { width, height } = sizeOf(container)
  const pixelRatio = window.devicePixelRatio || 1
  const columns = Math.max(1, Math.round(width * pixelRatio))
  const rows = Math.max(1, Math.round(height * pixelRatio))
  // To set a size is to make the picture anew, be it the same size.
  if (canvas.width !== columns) canvas.width = columns
  if (canvas.height !== rows) canvas.height = rows
}

/** The size comes first: a context that is resized later waits for the graphics. */
function contextOf(canvas: HTMLCanvasElement, container: HTMLElement): WebGL2RenderingContext {
  fit(canvas, container)
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false, stencil: false })
  if (!gl) {
    canvas.remove()
    throw new NoGraphics()
  }
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  return gl
}

/** Names that TypeScript will not let a subclass have; see Internals. */
const renderOfSigma = (Sigma.prototype as unknown as Internals).render
Object.assign(LeanSigma.prototype, {
  render(this: { drawing: boolean }) {
    this.drawing = true
    try {
      return renderOfSigma.call(this as never)
    } finally {
      this.drawing = false
    }
  },
  registerNodeProgram(this: Internals, type: string, Class: ProgramClass) {
    if (type === this.settings.defaultNodeType)
      this.nodePrograms[type] = new Class(this.webGLContexts['nodes']!)
  },
  registerEdgeProgram(this: Internals, type: string, Class: ProgramClass) {
    if (type === this.settings.defaultEdgeType)
      this.edgePrograms[type] = new Class(this.webGLContexts['edges']!)
  },
  getNodeAtPosition(this: LeanSigma, { x, y }: { x: number; y: number }) {
    const item = this.itemAt(x, y)
    return item?.type === 'node' ? item.id : null
  },
  getEdgeAtPoint(this: LeanSigma, x: number, y: number) {
    const item = this.itemAt(x, y)
    return item?.type === 'edge' ? item.id : null
  },
  renderHighlightedNodes() {},
  scheduleHighlightedNodesRender() {},
})

/** A small picture of which item lies where; drawn anew when something is pointed at after a frame. */
class Pointed {
  stale = true
  private readonly gl: WebGL2RenderingContext
  private readonly frame: WebGLFramebuffer
  private texture: WebGLTexture | null = null
  private width = 0
  private height = 0
  private readonly pixel = new Uint8Array(4)
  private last = { x: NaN, y: NaN, index: 0 }

  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl
    this.frame = gl.createFramebuffer()
  }

  /** Sigma's index of the item at a CSS pixel of a stage of such a size; 0: none. */
  read(x: number, y: number, stageWidth: number, stageHeight: number, draw: () => void): number {
    const { gl, pixel, last } = this
    // Sigma asks for a node and then for an edge at the same place; each answer waits for the graphics.
    if (!this.stale && x === last.x && y === last.y) return last.index
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame)
    if (this.stale) {
      this.fit(Math.ceil(stageWidth / COARSE), Math.ceil(stageHeight / COARSE))
      gl.viewport(0, 0, this.width, this.height)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.disable(gl.BLEND)
      draw()
      gl.enable(gl.BLEND)
      this.stale = false
    }
    const left = Math.floor((x / stageWidth) * this.width)
    const up = Math.floor((1 - y / stageHeight) * this.height)
    pixel.fill(0)
    gl.readPixels(left, up, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel)
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    this.last = { x, y, index: indexOf(pixel) }
    return this.last.index
  }

  dispose(): void {
    this.gl.deleteTexture(this.texture)
    this.gl.deleteFramebuffer(this.frame)
  }

  private fit(width: number, height: number): void {
    const { gl } = this
    if (this.texture && width === this.width && height === this.height) return
    gl.deleteTexture(this.texture)
    this.texture = gl.createTexture()
    this.width = width
    this.height = height
    gl.bindTexture(gl.TEXTURE_2D, this.texture)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null)
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0)
  }
}
