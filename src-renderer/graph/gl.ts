/** The graphics cannot draw: WebGL 2 is switched off, missing, or taken away for good. */
export class NoGraphics extends Error {
  constructor() {
    super('WebGL 2 is not available.')
    this.name = 'NoGraphics'
  }
}

/**
 * A linked program with its uniforms by name. The driver compiles while the app goes on: nothing may be drawn with it
 * before it is `ready`.
 */
export class Program {
  readonly handle: WebGLProgram
  private readonly gl: WebGL2RenderingContext
  private readonly parallel: { COMPLETION_STATUS_KHR: number } | null
  private readonly shaders: WebGLShader[] = []
  private readonly uniforms = new Map<string, WebGLUniformLocation | null>()
  private linked = false

  /** `attributes` are given the locations 0, 1, 2 …: to ask for them would be to wait. */
  constructor(
    gl: WebGL2RenderingContext,
    vertex: string,
    fragment: string,
    attributes: readonly string[] = [],
  ) {
    this.gl = gl
    this.parallel = gl.getExtension('KHR_parallel_shader_compile')
    this.handle = gl.createProgram()
    for (const [type, source] of [
      [gl.VERTEX_SHADER, vertex],
      [gl.FRAGMENT_SHADER, fragment],
    ] as const) {
      const shader = gl.createShader(type)!
      gl.shaderSource(shader, source)
      gl.compileShader(shader)
      gl.attachShader(this.handle, shader)
      this.shaders.push(shader)
    }
    attributes.forEach((name, location) => gl.bindAttribLocation(this.handle, location, name))
    gl.linkProgram(this.handle)
  }

  /**
   * Whether it can be drawn with by now. Waits where the driver cannot tell without waiting; throws where the shaders do
   * not compile or link.
   */
  get ready(): boolean {
    const { gl, handle, parallel } = this
    if (this.linked) return true
    if (parallel && gl.getProgramParameter(handle, parallel.COMPLETION_STATUS_KHR) === false) return false
    if (!gl.getProgramParameter(handle, gl.LINK_STATUS) && !gl.isContextLost()) {
      const said = this.shaders.map((shader) => gl.getShaderInfoLog(shader)).join('\n')
      throw new Error(`The map's shaders do not link: ${gl.getProgramInfoLog(handle)}\n${said}`)
    }
    for (const shader of this.shaders.splice(0)) gl.deleteShader(shader)
    this.linked = true
    return true
  }

  at(name: string): WebGLUniformLocation | null {
    let location = this.uniforms.get(name)
    if (location === undefined) {
      location = this.gl.getUniformLocation(this.handle, name)
      this.uniforms.set(name, location)
    }
    return location
  }
}

/** A texture that is read texel by texel. */
export function plainTexture(gl: WebGL2RenderingContext): WebGLTexture {
  const texture = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST)
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T])
    gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE)
  return texture
}
