import { channels, RISK_STOPS, UNSCORED } from '../ui/theme/risk.ts'
import type { Theme } from '../state/prefs.ts'

/** Columns of accounts as points, parallel. */
export interface Points {
  x: Float32Array
  y: Float32Array
  /** NaN where unscored. */
  score: Float32Array
  /** Bits of MEMBER_FLAG. */
  flags: Uint8Array
  community: Uint32Array
}
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
  theme: Theme
  /** Points that the selection leaves out step back. */
  hasSelection: boolean
  /** The open community's points are drawn by the stage itself; the others step back. */
  open: number | null
  /** Diameter in CSS pixels. */
  size: number
  alpha: number
}

const VERTEX = /* glsl */ `#version 300 es
in vec2 a_position;
in float a_score;
in float a_flags;
in float a_community;
uniform vec3 u_rowX;
uniform vec3 u_rowY;
uniform vec2 u_viewport;
uniform float u_size;
uniform float u_alpha;
uniform float u_open;
uniform bool u_hasSelection;
uniform vec3 u_ramp[4];
uniform vec3 u_unscored;
out vec4 v_color;
flat out int v_shape;

void main() {
  vec3 p = vec3(a_position, 1.0);
  vec2 pixel = vec2(dot(u_rowX, p), dot(u_rowY, p));
  vec2 clip = pixel / u_viewport * 2.0 - 1.0;
  int flags = int(a_flags + 0.5);
  bool hidden = u_open >= 0.0 && abs(a_community - u_open) < 0.5;
  gl_Position = hidden ? vec4(2.0, 2.0, 0.0, 1.0) : vec4(clip.x, -clip.y, 0.0, 1.0);
  v_shape = (flags & 1) != 0 ? 1 : (flags & 2) != 0 ? 2 : 0;
  gl_PointSize = v_shape == 0 ? u_size : max(u_size * 1.5, 4.0);
  float s = clamp(a_score, 0.0, 1.0) * 3.0;
  vec3 ramp = s < 1.0 ? mix(u_ramp[0], u_ramp[1], s)
    : s < 2.0 ? mix(u_ramp[1], u_ramp[2], s - 1.0)
    : mix(u_ramp[2], u_ramp[3], s - 2.0);
  float alpha = u_alpha;
  if (u_hasSelection && (flags & 16) == 0) alpha *= 0.16;
  if (u_open >= 0.0) alpha *= 0.3;
  v_color = vec4(a_score < -0.5 ? u_unscored : ramp, alpha);
}
`
const FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
in vec4 v_color;
flat in int v_shape;
out vec4 color;

void main() {
  vec2 p = abs(gl_PointCoord * 2.0 - 1.0);
  float d = v_shape == 1 ? p.x + p.y : length(p);
  float a = 1.0 - smoothstep(0.7, 1.0, d);
  if (v_shape == 2) a *= smoothstep(0.35, 0.6, d);
  color = vec4(v_color.rgb, 1.0) * (v_color.a * a);
}
`

function compile(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS))
      throw new Error(`The map's shader does not compile: ${gl.getShaderInfoLog(shader)}`)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`The map's shaders do not link: ${gl.getProgramInfoLog(program)}`)
  return program
}

/**
 * Every account as a point in one draw call: 17 bytes each on the GPU, nothing in sigma's or JavaScript's heap.
 * Colour follows the score in the shader, so a change of theme uploads nothing.
 */
export class PointsLayer {
  count = 0
  private readonly gl: WebGL2RenderingContext
  private readonly program: WebGLProgram
  private readonly uniforms = new Map<string, WebGLUniformLocation | null>()
  private readonly array: WebGLVertexArrayObject
  private readonly buffers: Record<'position' | 'score' | 'flags' | 'community', WebGLBuffer>

  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true })
    if (!gl) throw new Error('WebGL 2 is not available.')
    this.gl = gl
    this.program = compile(gl)
    this.array = gl.createVertexArray()
    this.buffers = {
      position: gl.createBuffer(),
      score: gl.createBuffer(),
      flags: gl.createBuffer(),
      community: gl.createBuffer(),
    }
    gl.bindVertexArray(this.array)
    const attribute = (buffer: WebGLBuffer, name: string, size: number, type: number) => {
      const location = gl.getAttribLocation(this.program, name)
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.enableVertexAttribArray(location)
      gl.vertexAttribPointer(location, size, type, false, 0, 0)
    }
    attribute(this.buffers.position, 'a_position', 2, gl.FLOAT)
    attribute(this.buffers.score, 'a_score', 1, gl.FLOAT)
    attribute(this.buffers.flags, 'a_flags', 1, gl.UNSIGNED_BYTE)
    attribute(this.buffers.community, 'a_community', 1, gl.FLOAT)
    gl.bindVertexArray(null)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  set(points: Points): void {
    const { gl } = this
    const n = points.x.length
    const position = new Float32Array(n * 2)
    const score = new Float32Array(n)
    const community = new Float32Array(n)
    for (let i = 0; i < n; i++) {
      position[2 * i] = points.x[i]!
      position[2 * i + 1] = points.y[i]!
      const s = points.score[i]!
      score[i] = Number.isNaN(s) ? -1 : s
      // Community ids stay exact in a float up to 2²⁴.
      community[i] = points.community[i]!
    }
    const upload = (buffer: WebGLBuffer, data: Float32Array | Uint8Array) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
      gl.bufferData(gl.ARRAY_BUFFER, data as BufferSource, gl.STATIC_DRAW)
    }
    upload(this.buffers.position, position)
    upload(this.buffers.score, score)
    upload(this.buffers.community, community)
    upload(this.buffers.flags, points.flags)
    this.count = n
  }

  draw(view: PointsView): void {
    const { gl } = this
    const canvas = gl.canvas as HTMLCanvasElement
    const width = Math.max(1, Math.round(view.width * view.pixelRatio))
    const height = Math.max(1, Math.round(view.height * view.pixelRatio))
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
    }
    gl.viewport(0, 0, width, height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (this.count === 0) return
    gl.useProgram(this.program)
    const { a, b, c, d, e, f } = view.affine
    gl.uniform3f(this.at('u_rowX'), a, c, e)
    gl.uniform3f(this.at('u_rowY'), b, d, f)
    gl.uniform2f(this.at('u_viewport'), view.width, view.height)
    gl.uniform1f(this.at('u_size'), view.size * view.pixelRatio)
    gl.uniform1f(this.at('u_alpha'), view.alpha)
    gl.uniform1f(this.at('u_open'), view.open ?? -1)
    gl.uniform1i(this.at('u_hasSelection'), view.hasSelection ? 1 : 0)
    gl.uniform3fv(
      this.at('u_ramp'),
      RISK_STOPS[view.theme].flatMap((stop) => channels(stop).map((v) => v / 255)),
    )
    const unscored = channels(UNSCORED[view.theme])
    gl.uniform3f(this.at('u_unscored'), unscored[0] / 255, unscored[1] / 255, unscored[2] / 255)
    gl.bindVertexArray(this.array)
    gl.drawArrays(gl.POINTS, 0, this.count)
    gl.bindVertexArray(null)
  }

  dispose(): void {
    this.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  private at(name: string): WebGLUniformLocation | null {
    let location = this.uniforms.get(name)
    if (location === undefined) {
      location = this.gl.getUniformLocation(this.program, name)
      this.uniforms.set(name, location)
    }
    return location
  }
}
