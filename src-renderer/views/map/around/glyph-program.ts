import { NodeProgram, type ProgramInfo } from 'sigma/rendering'
import type { NodeDisplayData, RenderParams } from 'sigma/types'
import { floatColor } from 'sigma/utils'

export const SHAPES = { disc: 0, diamond: 1, square: 2, hexagon: 3 } as const

/** What a glyph needs beside sigma's own display data. */
export interface GlyphData extends NodeDisplayData {
  /** Fill's opacity, 0..1. */
  fill: number
  borderColor: string
  /** Border's opacity, 0..1, and width in CSS pixels. */
  borderAlpha: number
  borderWidth: number
  /** One of SHAPES. */
  shape: number
}

/* As the map's ShapeProgram, with shapes for things: one triangle for each node, colours premultiplied. */
const VERTEX = /* glsl */ `
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec4 a_borderColor;
attribute vec2 a_position;
attribute float a_size;
attribute vec4 a_style;
attribute float a_angle;
uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
varying vec4 v_id;
varying vec4 v_fill;
varying vec4 v_border;
varying vec2 v_from;
varying float v_radius;
varying float v_borderWidth;
varying float v_shape;

void main() {
  float pixel = 2.0 * u_correctionRatio;
  float radius = max(a_size / u_sizeRatio, 1.5);
  float reach = (radius * 1.25 + 1.0) * 2.0;
  vec2 from = reach * vec2(cos(a_angle), sin(a_angle));
  gl_Position = vec4((u_matrix * vec3(a_position + from * pixel, 1)).xy, 0, 1);
  v_from = from;
  v_radius = radius;
  v_id = a_id;
  v_fill = vec4(a_color.rgb, a_style.x);
  v_border = vec4(a_borderColor.rgb, a_style.y);
  v_borderWidth = a_style.z;
  v_shape = a_style.w;
}
`
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec4 v_id;
varying vec4 v_fill;
varying vec4 v_border;
varying vec2 v_from;
varying float v_radius;
varying float v_borderWidth;
varying float v_shape;

// Distance to the shape's edge in pixels, negative inside.
float distanceTo(vec2 p, float r) {
  vec2 q = abs(p);
  if (v_shape < 0.5) return length(p) - r;
  if (v_shape < 1.5) return (q.x + q.y - r * 1.25) * 0.7071;
  if (v_shape < 2.5) {
    float corner = r * 0.35;
    vec2 d = q - vec2(r * 0.92 - corner);
    return length(max(d, 0.0)) + min(max(d.x, d.y), 0.0) - corner;
  }
  return max(q.x * 0.866 + q.y * 0.5, q.y) - r * 0.92;
}

void main() {
  float d = distanceTo(v_from, v_radius);
  #ifdef PICKING_MODE
  if (d > 1.5) discard;
  gl_FragColor = v_id;
  #else
  float inside = 1.0 - smoothstep(-0.75, 0.75, d);
  float edge = smoothstep(-v_borderWidth - 0.6, -v_borderWidth + 0.6, d);
  vec4 fill = vec4(v_fill.rgb * v_fill.a, v_fill.a);
  vec4 border = vec4(v_border.rgb * v_border.a, v_border.a);
  gl_FragColor = mix(fill, border, edge) * inside;
  #endif
}
`
const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext
const UNIFORMS = ['u_sizeRatio', 'u_correctionRatio', 'u_matrix'] as const

/** Accounts as discs and diamonds, things as squares and hexagons, each with a border of its own. */
export class GlyphProgram extends NodeProgram<(typeof UNIFORMS)[number]> {
  getDefinition() {
    return {
      VERTICES: 3,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_position', size: 2, type: FLOAT },
        { name: 'a_size', size: 1, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_borderColor', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_style', size: 4, type: FLOAT },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_angle', size: 1, type: FLOAT }],
      CONSTANT_DATA: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
    }
  }

  processVisibleItem(nodeIndex: number, start: number, data: GlyphData) {
    const array = this.array
    let i = start
    array[i++] = data.x
    array[i++] = data.y
    array[i++] = data.size
    array[i++] = floatColor(data.color)
    array[i++] = floatColor(data.borderColor)
    array[i++] = data.fill
    array[i++] = data.borderAlpha
    array[i++] = data.borderWidth
    array[i++] = data.shape
    array[i++] = nodeIndex
  }

  setUniforms(params: RenderParams, { gl, uniformLocations }: ProgramInfo) {
    gl.uniform1f(uniformLocations['u_correctionRatio']!, params.correctionRatio)
    gl.uniform1f(uniformLocations['u_sizeRatio']!, params.sizeRatio)
    gl.uniformMatrix3fv(uniformLocations['u_matrix']!, false, params.matrix)
  }
}
