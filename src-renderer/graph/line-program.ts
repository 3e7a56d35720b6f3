import { EdgeProgram, type ProgramInfo } from 'sigma/rendering'
import type { EdgeDisplayData, NodeDisplayData, RenderParams } from 'sigma/types'
import { floatColor } from 'sigma/utils'
import { DASHES } from './palette.ts'

export interface LineData extends EdgeDisplayData {
  /** 0..1 */
  alpha: number
  /** Index into DASHES. */
  dash: number
}

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
  #ifdef PICKING_MODE
  v_color = a_id;
  #else
  v_color = vec4(a_color.rgb, a_style.x);
  #endif
}
`
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_color;
varying float v_along;
varying float v_across;
varying float v_half;
varying vec2 v_dash;

void main() {
  #ifdef PICKING_MODE
  gl_FragColor = v_color;
  #else
  float soft = 1.0 - smoothstep(v_half - 0.5, v_half + 0.5, abs(v_across));
  float on = v_dash.y > 0.0 ? step(mod(v_along, v_dash.y), v_dash.x) : 1.0;
  float a = v_color.a * soft * on;
  gl_FragColor = vec4(v_color.rgb * a, a);
  #endif
}
`
const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext
const UNIFORMS = ['u_matrix', 'u_correctionRatio'] as const

export class LineProgram extends EdgeProgram<(typeof UNIFORMS)[number]> {
  getDefinition() {
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_positionStart', size: 2, type: FLOAT },
        { name: 'a_positionEnd', size: 2, type: FLOAT },
        { name: 'a_normal', size: 2, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_style', size: 3, type: FLOAT },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [
        { name: 'a_positionCoef', size: 1, type: FLOAT },
        { name: 'a_normalCoef', size: 1, type: FLOAT },
      ],
      CONSTANT_DATA: [
        [0, 1],
        [0, -1],
        [1, 1],
        [1, 1],
        [0, -1],
        [1, -1],
      ],
    }
  }

  processVisibleItem(
    edgeIndex: number,
    start: number,
    source: NodeDisplayData,
    target: NodeDisplayData,
    data: LineData,
  ) {
    const dx = target.x - source.x
    const dy = target.y - source.y
    const length = Math.hypot(dx, dy)
    const scale = length > 0 ? data.size / length : 0
    const dash = DASHES[data.dash] ?? DASHES[0]!
    const array = this.array
    let i = start
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
    array[i++] = edgeIndex
  }

  setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo) {
    gl.uniformMatrix3fv(uniformLocations['u_matrix']!, false, params.matrix)
    gl.uniform1f(uniformLocations['u_correctionRatio']!, params.correctionRatio)
  }
}
