import type { Places } from '../../src-main/common/contract/explore.ts'
import { HeatPass } from './heat-pass.ts'
import { plainTexture, Program } from './gl.ts'
import { MASK_WIDTH, POINT_FRAGMENT, POINT_VERTEX } from './points-shaders.ts'

/** Graph coordinates to CSS pixels: [x] = [a c e] [x y 1], [y] = [b d f] [x y 1]. */
export interface Affine {
  a: number
  b: number
  c: number
  d: number
  e: number
  f: number
}
export interface PointsView {
  affine: Affine
  width: number
  height: number
  pixelRatio: number
  /** What the selection leaves out: steps back, or is not drawn at all. */
  others: 'dim' | 'hide'
  /** Diameter in CSS pixels of a point of the usual size. */
  size: number
  alpha: number
  /** Density instead of points; `most`: accounts per square unit of the layout that count as "much". */
  heat: { most: number } | null
}

/** Points whose bytes are sent to the graphics in one go: 2 MB at most. */
const CHUNK = 250_000
/** Shapes of labels are told apart from so many pixels. */
const SHAPES_FROM = 5
const BYTES = ['color', 'size', 'mark'] as const
const ATTRIBUTES = ['a_place', ...BYTES.map((name) => `a_${name}`)]

/**
 * Every account as a point in one draw call. Places are uploaded once; colour, size and marks are one byte an account,
 * the selection one bit: changing one of them uploads that and nothing else. 7 bytes and 2 bits each on the GPU.
 */
export class PointsLayer {
  /** Accounts that are on the GPU by now. */
  count = 0
  private readonly gl: WebGL2RenderingContext
  private readonly program: Program
  /** Made when a density is first shown. */
  private heat: HeatPass | null = null
  private ramp = new Uint8Array(1024).fill(200)
  private readonly array: WebGLVertexArrayObject
  private readonly buffers: Record<'place' | 'color' | 'size' | 'mark', WebGLBuffer>
  private readonly textures: Record<'mask' | 'hidden' | 'table', WebGLTexture>
  private frame: [number, number, number, number] = [0, 0, 1, 1]
  private rows = 0
  private has = { mask: false, hidden: false, size: false }

  /** Draws into a context that others draw into, too: premultiplied colours, blended. */
  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl
    this.program = new Program(gl, POINT_VERTEX, POINT_FRAGMENT, ATTRIBUTES)
    this.array = gl.createVertexArray()
    this.buffers = {
      place: gl.createBuffer(),
      color: gl.createBuffer(),
      size: gl.createBuffer(),
      mark: gl.createBuffer(),
    }
    this.textures = { mask: plainTexture(gl), hidden: plainTexture(gl), table: plainTexture(gl) }
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1)
    this.setMask('mask', null)
    this.setMask('hidden', null)
    this.setTable(new Uint8Array(1024).fill(128))
    gl.bindVertexArray(this.array)
    this.attribute('place', 2, gl.UNSIGNED_SHORT, true)
    gl.bindVertexArray(null)
  }

  /** Takes new places; colours, sizes and marks of the old ones are forgotten. Run it to its end, slice by slice. */
  *setPlaces(places: Places): Generator<void> {
    const { gl } = this
    this.count = 0
    this.rows = places.n
    this.frame = [places.left, places.top, places.width, places.height]
    for (const name of BYTES) this.constant(name, name === 'color' ? 255 : 0)
    this.has = { mask: false, hidden: false, size: false }
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.place)
    gl.bufferData(gl.ARRAY_BUFFER, places.n * 4, gl.STATIC_DRAW)
    const pairs = new Uint16Array(Math.min(CHUNK, places.n) * 2)
    for (let from = 0; from < places.n; from += CHUNK) {
      const to = Math.min(places.n, from + CHUNK)
      for (let i = from; i < to; i++) {
        pairs[2 * (i - from)] = places.X[i]!
        pairs[2 * (i - from) + 1] = places.Y[i]!
      }
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.place)
      gl.bufferSubData(gl.ARRAY_BUFFER, from * 4, pairs, 0, (to - from) * 2)
      this.count = to
      yield
    }
  }

  /** One byte for each account; null: the same for all. Bytes of another number of accounts are refused. */
  setBytes(name: (typeof BYTES)[number], bytes: Uint8Array | null): void {
    const { gl } = this
    if (bytes !== null && bytes.length !== this.rows)
      throw new RangeError(`${bytes.length} bytes of ${name} for ${this.rows} points`)
    if (name === 'size') this.has.size = bytes !== null
    if (bytes === null) return this.constant(name, name === 'color' ? 255 : 0)
    gl.bindVertexArray(this.array)
    this.attribute(name, 1, gl.UNSIGNED_BYTE, false)
    gl.bindVertexArray(null)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name])
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW)
  }

  /** Who is selected, or who is not hidden: a bit each; null or an empty mask: everybody. */
  setMask(name: 'mask' | 'hidden', bits: Uint8Array | null): void {
    const { gl } = this
    const used = bits !== null && bits.length > 0
    this.has[name] = used
    gl.bindTexture(gl.TEXTURE_2D, this.textures[name])
    const height = used ? Math.ceil(bits.length / MASK_WIDTH) : 1
    const whole = new Uint8Array(MASK_WIDTH * height)
    if (used) whole.set(bits)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, MASK_WIDTH, height, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, whole)
  }

  /** Colours of bytes 0..255, RGBA. */
  setTable(rgba: Uint8Array): void {
    const { gl } = this
    gl.bindTexture(gl.TEXTURE_2D, this.textures.table)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, rgba)
  }

  /** Colours of densities from none to much, 256 RGBA. */
  setHeatRamp(rgba: Uint8Array<ArrayBuffer>): void {
    this.ramp = rgba
    this.heat?.setRamp(rgba)
  }

  /** Draws over what is there, into the context's canvas or `target`; false where the shaders are not there yet. */
  draw(view: PointsView, target: WebGLFramebuffer | null = null): boolean {
    const { gl, program } = this
    const width = Math.max(1, Math.round(view.width * view.pixelRatio))
    const height = Math.max(1, Math.round(view.height * view.pixelRatio))
    if (view.heat && this.heat === null) {
      this.heat = new HeatPass(gl)
      this.heat.setRamp(this.ramp)
    }
    if (!program.ready || (view.heat && !this.heat!.ready)) return false
    if (this.count === 0) return true
    gl.bindFramebuffer(gl.FRAMEBUFFER, target)
    gl.viewport(0, 0, width, height)
    gl.useProgram(program.handle)
    const { a, b, c, d, e, f } = view.affine
    gl.uniform4f(program.at('u_frame'), ...this.frame)
    gl.uniform3f(program.at('u_rowX'), a, c, e)
    gl.uniform3f(program.at('u_rowY'), b, d, f)
    gl.uniform2f(program.at('u_viewport'), view.width, view.height)
    gl.uniform1f(program.at('u_pointSize'), view.size * view.pixelRatio)
    gl.uniform1f(program.at('u_least'), 1.2 * view.pixelRatio)
    gl.uniform1f(program.at('u_alpha'), view.alpha)
    gl.uniform1f(program.at('u_shapesFrom'), SHAPES_FROM * view.pixelRatio)
    gl.uniform1i(program.at('u_sized'), this.has.size ? 1 : 0)
    gl.uniform1i(program.at('u_hasMask'), this.has.mask ? 1 : 0)
    gl.uniform1i(program.at('u_hasHidden'), this.has.hidden ? 1 : 0)
    gl.uniform1i(program.at('u_heat'), view.heat ? 1 : 0)
    for (const [unit, name] of (['mask', 'hidden', 'table'] as const).entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit)
      gl.bindTexture(gl.TEXTURE_2D, this.textures[name])
      gl.uniform1i(program.at(`u_${name}`), unit)
    }
    gl.activeTexture(gl.TEXTURE0)
    gl.bindVertexArray(this.array)
    if (view.heat) {
      const pixelsOfUnit = Math.hypot(a, b) * view.pixelRatio
      const most = view.heat.most / pixelsOfUnit ** 2
      this.heat!.draw(width, height, most, view.pixelRatio, target, (splat) => {
        gl.uniform1f(program.at('u_pointSize'), splat)
        this.pass(this.has.mask ? 2 : 0)
      })
    } else if (!this.has.mask) this.pass(0)
    else {
      if (view.others === 'dim') this.pass(1)
      // The selected last: they lie on top.
      this.pass(2)
    }
    gl.bindVertexArray(null)
    return true
  }

  private pass(which: 0 | 1 | 2): void {
    this.gl.uniform1i(this.program.at('u_pass'), which)
    this.gl.drawArrays(this.gl.POINTS, 0, this.count)
  }

  private attribute(
    buffer: (typeof BYTES)[number] | 'place',
    size: number,
    type: number,
    normalized: boolean,
  ): void {
    const { gl } = this
    const location = ATTRIBUTES.indexOf(`a_${buffer}`)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[buffer])
    gl.enableVertexAttribArray(location)
    gl.vertexAttribPointer(location, size, type, normalized, 0, 0)
  }

  private constant(name: (typeof BYTES)[number], value: number): void {
    const { gl } = this
    const location = ATTRIBUTES.indexOf(`a_${name}`)
    gl.bindVertexArray(this.array)
    gl.disableVertexAttribArray(location)
    gl.vertexAttrib1f(location, value)
    gl.bindVertexArray(null)
  }
}
