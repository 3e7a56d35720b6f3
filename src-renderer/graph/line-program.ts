import type { EdgeDisplayData, NodeDisplayData } from 'sigma/types'
import { floatColor } from 'sigma/utils'
import { idBytes, ItemProgram } from './item-program.ts'
import { DASHES } from './palette.ts'

export interface LineData extends EdgeDisplayData {
  /** 0..1 */
  alpha: number
  /** Index into DASHES. */
  dash: number
}

export type LineStyle = Pick<LineData, 'hidden' | 'color' | 'alpha' | 'size' | 'dash'>
/** All of a line's attributes. */
const ONE = new Float32Array(11)
const ONE_BITS = new Uint32Array(ONE.buffer)

/** Lines whose width and dashes are CSS pixels at every zoom. */
const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_normal;
attribute vec2 a_positionStart;
attribute vec2 a_positionEnd;
attribute vec3 a_style;
attribute float a_normalCoef;
attribute float a_positionCoef;
uniform mat3 u_matrix;
uniform float u_correctionRatio;
uniform bool u_picking;
varying vec4 v_color;
varying float v_along;
varying float v_across;
varying float v_half;
varying vec2 v_dash;

void main() {
  float pixel = 2.0 * u_correctionRatio;
  float width = length(a_normal);
  // One pixel more on each side for a soft edge.
  float reach = width * 0.5 + 1.0;
  vec2 position = mix(a_positionStart, a_positionEnd, a_positionCoef);
  vec2 offset = width > 0.0 ? a_normal / width * a_normalCoef * reach * pixel : vec2(0.0);
  gl_Position = vec4((u_matrix * vec3(position + offset, 1)).xy, 0, 1);
  v_along = a_positionCoef * length(a_positionEnd - a_positionStart) / pixel;
  v_across = a_normalCoef * reach;
  v_half = width * 0.5;
  v_dash = a_style.yz;
  v_color = u_picking ? a_id : vec4(a_color.rgb, a_style.x);
}
`
const FRAGMENT = /* glsl */ `
precision highp float;
uniform bool u_picking;
varying vec4 v_color;
varying float v_along;
varying float v_across;
varying float v_half;
varying vec2 v_dash;

void main() {
  if (u_picking) {
    gl_FragColor = v_color;
    return;
  }
  float soft = 1.0 - smoothstep(v_half - 0.5, v_half + 0.5, abs(v_across));
  float on = v_dash.y > 0.0 ? step(mod(v_along, v_dash.y), v_dash.x) : 1.0;
  float a = v_color.a * soft * on;
  gl_FragColor = vec4(v_color.rgb * a, a);
}
`

/** Lines, whole or dashed. */
export class LineProgram extends ItemProgram {
  constructor(gl: WebGL2RenderingContext) {
    super(gl, {
      vertex: VERTEX,
      fragment: FRAGMENT,
      attributes: [
        { name: 'a_positionStart', floats: 2 },
        { name: 'a_positionEnd', floats: 2 },
        { name: 'a_normal', floats: 2 },
        { name: 'a_color', floats: 1, bytes: true },
        { name: 'a_style', floats: 3 },
        { name: 'a_id', floats: 1, bytes: true },
      ],
      corner: [
        { name: 'a_positionCoef', floats: 1 },
        { name: 'a_normalCoef', floats: 1 },
      ],
      corners: [
        [0, 1],
        [0, -1],
        [1, 1],
        [1, 1],
        [0, -1],
        [1, -1],
      ],
    })
  }

  process(
    edgeIndex: number,
    offset: number,
    source: NodeDisplayData,
    target: NodeDisplayData,
    data: LineStyle,
  ): void {
    const at = this.begin(offset, data.hidden || source.hidden || target.hidden)
    if (at >= 0) this.write(edgeIndex, source, target, data, this.array, this.words, at)
  }

  /** As `process`; what says the same already is not sent again. */
  restyle(
    edgeIndex: number,
    offset: number,
    source: NodeDisplayData,
    target: NodeDisplayData,
    data: LineStyle,
  ): void {
    if (data.hidden || source.hidden || target.hidden) return this.wipe(offset)
    this.write(edgeIndex, source, target, data, ONE, ONE_BITS, 0)
    this.over(offset, 0, ONE_BITS)
  }

  private write(
    edgeIndex: number,
    source: NodeDisplayData,
    target: NodeDisplayData,
    data: LineStyle,
    array: Float32Array,
    words: Uint32Array,
    at: number,
  ): void {
    let i = at
    const dx = target.x - source.x
    const dy = target.y - source.y
    const length = Math.hypot(dx, dy)
    const scale = length > 0 ? data.size / length : 0
    const dash = DASHES[data.dash] ?? DASHES[0]!
    array[i++] = source.x
    array[i++] = source.y
    array[i++] = target.x
    array[i++] = target.y
    array[i++] = -dy * scale
    array[i++] = dx * scale
    array[i++] = floatColor(data.color)
    array[i++] = data.alpha
    array[i++] = dash.on
    array[i++] = dash.period
    words[i] = idBytes(edgeIndex)
  }
}
