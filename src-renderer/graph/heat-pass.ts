import { plainTexture, Program } from './gl.ts'
import { HEAT_FRAGMENT, HEAT_VERTEX } from './points-shaders.ts'

/** The density is summed on a picture so many times smaller than the stage: it has no detail to lose. */
const COARSE = 4
/** Radius of one account's bump, CSS pixels. */
const RADIUS = 14
/** Integral over a bump exp(−4 r²/R²) of radius R = 1: what one account adds, over all pixels. */
const BUMP = (Math.PI / 4) * (1 - Math.exp(-4))

/** Sums accounts into a picture of their density and colours it. Without float pictures it counts in bytes. */
export class HeatPass {
  private readonly gl: WebGL2RenderingContext
  private readonly program: Program
  private readonly ramp: WebGLTexture
  private readonly density: WebGLTexture
  private readonly buffer: WebGLFramebuffer
  private readonly empty: WebGLVertexArrayObject
  private readonly float: boolean
  private size = ''

  constructor(gl: WebGL2RenderingContext) {
    this.gl = gl
    this.program = new Program(gl, HEAT_VERTEX, HEAT_FRAGMENT)
    this.float =
      gl.getExtension('EXT_color_buffer_half_float') !== null ||
      gl.getExtension('EXT_color_buffer_float') !== null
    this.ramp = plainTexture(gl)
    this.density = plainTexture(gl)
    for (const texture of [this.ramp, this.density]) {
      gl.bindTexture(gl.TEXTURE_2D, texture)
      for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
        gl.texParameteri(gl.TEXTURE_2D, name, gl.LINEAR)
    }
    this.buffer = gl.createFramebuffer()
    this.empty = gl.createVertexArray()
  }

  get ready(): boolean {
    return this.program.ready
  }

  setRamp(rgba: Uint8Array): void {
    const { gl } = this
    gl.bindTexture(gl.TEXTURE_2D, this.ramp)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, rgba)
  }

  /**
   * @param most accounts per device pixel that count as much
   * @param target where the colours go; null: the canvas
   * @param points draws the points as bumps of a diameter in pixels of the coarse picture
   */
  draw(
    width: number,
    height: number,
    most: number,
    pixelRatio: number,
    target: WebGLFramebuffer | null,
    points: (diameter: number) => void,
  ): void {
    const { gl } = this
    const w = Math.max(1, Math.ceil(width / COARSE))
    const h = Math.max(1, Math.ceil(height / COARSE))
    if (this.size !== `${w} ${h}`) {
      this.size = `${w} ${h}`
      // A unit of its own: the points read their masks from the first three.
      gl.activeTexture(gl.TEXTURE3)
      gl.bindTexture(gl.TEXTURE_2D, this.density)
      if (this.float) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, w, h, 0, gl.RGBA, gl.HALF_FLOAT, null)
      else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, w, h, 0, gl.RGBA, gl.UNSIGNED_BYTE, null)
      gl.activeTexture(gl.TEXTURE0)
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffer)
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.density, 0)
    }
    const radius = (RADIUS * pixelRatio) / COARSE
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffer)
    gl.viewport(0, 0, w, h)
    gl.clear(gl.COLOR_BUFFER_BIT)
    gl.blendFunc(gl.ONE, gl.ONE)
    points(2 * radius)
    gl.bindFramebuffer(gl.FRAMEBUFFER, target)
    gl.viewport(0, 0, width, height)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.useProgram(this.program.handle)
    gl.activeTexture(gl.TEXTURE3)
    gl.bindTexture(gl.TEXTURE_2D, this.density)
    gl.uniform1i(this.program.at('u_density'), 3)
    gl.activeTexture(gl.TEXTURE4)
    gl.bindTexture(gl.TEXTURE_2D, this.ramp)
    gl.uniform1i(this.program.at('u_ramp'), 4)
    gl.activeTexture(gl.TEXTURE0)
    // Accounts per pixel × what one adds = the picture's value where it is that dense.
    const value = most * COARSE * COARSE * BUMP * radius * radius
    gl.uniform1f(this.program.at('u_most'), Math.max(this.float ? 2 : 1, value))
    gl.bindVertexArray(this.empty)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }
}
