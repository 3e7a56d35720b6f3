import type { RenderParams } from 'sigma/types'
import { Program } from './gl.ts'

/** An attribute of each item: so many floats, or four bytes that stand in one float's place. */
export interface ItemAttribute {
  name: string
  floats: number
  bytes?: true
}
/** What is drawn for every item: its corners, and what each corner adds to the item's own attributes. */
export interface ItemDefinition {
  vertex: string
  fragment: string
  attributes: readonly ItemAttribute[]
  corner: readonly ItemAttribute[]
  corners: readonly (readonly number[])[]
}

const FLOAT_BYTES = 4

/** A sigma program's index of an item as the bytes of a colour without transparency; at most 16.7 million. */
export const idBytes = (index: number): number =>
  (((index & 255) << 16) | (index & 0xff00) | ((index >>> 16) & 255) | 0xff000000) >>> 0
export const indexOf = ([r, g, b]: Uint8Array): number => (r! << 16) | (g! << 8) | b!

/**
 * Draws sigma's nodes or edges, each as one instance. Unlike sigma's own programs it sends an item's attributes only after
 * they have changed, draws what is shown and what can be pointed at with the same shaders (`u_picking`), and waits for no
 * compiler. `render` only notes what sigma asks for: LeanSigma decides about the order.
 */
export abstract class ItemProgram {
  protected array = new Float32Array()
  protected words = new Uint32Array()
  protected readonly stride: number
  private readonly gl: WebGL2RenderingContext
  private readonly program: Program
  private readonly buffer: WebGLBuffer
  private readonly vertexArray: WebGLVertexArrayObject
  private readonly corners: number
  private capacity = 0
  private changed = true
  private asked: RenderParams | null = null

  constructor(gl: WebGL2RenderingContext, definition: ItemDefinition) {
    const { attributes, corner, corners } = definition
    this.gl = gl
    this.stride = sum(attributes)
    this.corners = corners.length
    const names = [...attributes, ...corner].map(({ name }) => name)
    this.program = new Program(gl, definition.vertex, definition.fragment, names)
    this.vertexArray = gl.createVertexArray()
    gl.bindVertexArray(this.vertexArray)
    this.buffer = gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
    this.point(attributes, 0, 1)
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(corners.flat()), gl.STATIC_DRAW)
    this.point(corner, attributes.length, 0)
    gl.bindVertexArray(null)
  }

  /** Room for so many items; all of them are written anew after it. */
  reallocate(capacity: number): void {
    if (capacity === this.capacity) return
    this.capacity = capacity
    this.array = new Float32Array(capacity * this.stride)
    this.words = new Uint32Array(this.array.buffer)
    this.changed = true
  }

  /** Whether an item is wiped: its last attribute, its index, is never 0 otherwise. */
  isWiped(offset: number): boolean {
    return this.words[(offset + 1) * this.stride - 1] === 0
  }
  wipe(offset: number): void {
    if (!this.isWiped(offset)) this.begin(offset, true)
  }
  /** Whether something was written since it was last sent. */
  get isChanged(): boolean {
    return this.changed
  }
  /** What is sent, for tests. */
  get sent(): Uint32Array {
    return this.words.slice()
  }

  /** Where an item's attributes begin in `array`; a hidden one is wiped and there is nothing to write (−1). */
  protected begin(offset: number, hidden: boolean): number {
    this.changed = true
    const start = offset * this.stride
    if (!hidden) return start
    this.array.fill(0, start, start + this.stride)
    return -1
  }

  /** Writes bits over an item's attributes from the `first` on; what says the same already is not sent again. */
  protected over(offset: number, first: number, bits: Uint32Array): void {
    const at = offset * this.stride + first
    for (let i = 0; i < bits.length; i++) {
      if (this.words[at + i] === bits[i]) continue
      this.words[at + i] = bits[i]!
      this.changed = true
    }
  }

  render(params: RenderParams): void {
    this.asked = params
  }
  /** A new frame begins: until sigma asks for it, this program draws nothing. */
  forget(): void {
    this.asked = null
  }

  /** Draws what sigma has asked for; false where the shaders are not there yet. */
  draw(picking: boolean): boolean {
    const { gl, program, asked } = this
    if (!program.ready) return false
    if (!asked || this.capacity === 0) return true
    gl.bindVertexArray(this.vertexArray)
    if (this.changed) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer)
      gl.bufferData(gl.ARRAY_BUFFER, this.array, gl.DYNAMIC_DRAW)
      this.changed = false
    }
    gl.useProgram(program.handle)
    gl.uniformMatrix3fv(program.at('u_matrix'), false, asked.matrix)
    gl.uniform1f(program.at('u_correctionRatio'), asked.correctionRatio)
    gl.uniform1f(program.at('u_sizeRatio'), asked.sizeRatio)
    gl.uniform1i(program.at('u_picking'), picking ? 1 : 0)
    gl.drawArraysInstanced(gl.TRIANGLES, 0, this.corners, this.capacity)
    gl.bindVertexArray(null)
    return true
  }

  kill(): void {
    this.gl.deleteProgram(this.program.handle)
    this.gl.deleteBuffer(this.buffer)
    this.gl.deleteVertexArray(this.vertexArray)
  }

  /** Reads attributes from the bound buffer, in their order, once for each item (1) or each corner (0). */
  private point(attributes: readonly ItemAttribute[], first: number, divisor: 0 | 1): void {
    const { gl } = this
    const stride = sum(attributes) * FLOAT_BYTES
    let at = 0
    attributes.forEach(({ floats, bytes }, i) => {
      const location = first + i
      gl.enableVertexAttribArray(location)
      if (bytes) gl.vertexAttribPointer(location, 4, gl.UNSIGNED_BYTE, true, stride, at)
      else gl.vertexAttribPointer(location, floats, gl.FLOAT, false, stride, at)
      gl.vertexAttribDivisor(location, divisor)
      at += floats * FLOAT_BYTES
    })
  }
}

const sum = (attributes: readonly ItemAttribute[]) => attributes.reduce((n, { floats }) => n + floats, 0)
