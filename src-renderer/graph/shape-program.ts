import type { NodeDisplayData } from 'sigma/types'
import { floatColor } from 'sigma/utils'
import { idBytes, ItemProgram } from './item-program.ts'

/** What a shape needs beside sigma's own display data; reducers fill it in. */
export interface ShapeData extends NodeDisplayData {
  /** Fill's opacity, 0..1. */
  fill: number
  borderColor: string
  /** Border's opacity, 0..1, and width in CSS pixels. */
  borderAlpha: number
  borderWidth: number
  /** Which of the program's shapes. */
  shape: number
}
/** Which shapes a program knows. */
export interface Shapes {
  /** GLSL: `float distanceTo(vec2 p, float r)`, pixels from `p` to the edge of shape `v_shape`, negative inside. */
  distance: string
  /** Pixels beside a shape that still are on it for the pointer. */
  slack: number
}

/*
 * One triangle for each node, drawn once for each instance, as in sigma's own circle program. In sigma's framed
 * coordinates one CSS pixel is 2 · u_correctionRatio. Colours leave premultiplied, as sigma's blending expects.
 */
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
  // A shape smaller than 1.5 pixels would flicker.
  float radius = max(a_size / u_sizeRatio, 1.5);
  // A diamond's corners lie 1.25 radii out.
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
const FRAGMENT = (distance: string, slack: number) => /* glsl */ `
precision highp float;
uniform bool u_picking;
varying vec4 v_id;
varying vec4 v_fill;
varying vec4 v_border;
varying vec2 v_from;
varying float v_radius;
varying float v_borderWidth;
varying float v_shape;
${distance}
void main() {
  float d = distanceTo(v_from, v_radius);
  if (u_picking) {
    if (d > ${slack.toFixed(3)}) discard;
    gl_FragColor = v_id;
    return;
  }
  float inside = 1.0 - smoothstep(-0.75, 0.75, d);
  float edge = smoothstep(-v_borderWidth - 0.6, -v_borderWidth + 0.6, d);
  vec4 fill = vec4(v_fill.rgb * v_fill.a, v_fill.a);
  vec4 border = vec4(v_border.rgb * v_border.a, v_border.a);
  gl_FragColor = mix(fill, border, edge) * inside;
}
`

export type ShapeStyle = Pick<
  ShapeData,
  'hidden' | 'color' | 'borderColor' | 'fill' | 'borderAlpha' | 'borderWidth' | 'shape'
>
/** A look as it stands among a node's attributes: behind its place and size. */
const STYLE_FROM = 3
const STYLE = new Float32Array(6)
const STYLE_BITS = new Uint32Array(STYLE.buffer)

/** A program of nodes as shapes with a fill and a border of their own. */
export function shapeProgram(shapes: Shapes) {
  return class extends ItemProgram {
    constructor(gl: WebGL2RenderingContext) {
      super(gl, {
        vertex: VERTEX,
        fragment: FRAGMENT(shapes.distance, shapes.slack),
        attributes: [
          { name: 'a_position', floats: 2 },
          { name: 'a_size', floats: 1 },
          { name: 'a_color', floats: 1, bytes: true },
          { name: 'a_borderColor', floats: 1, bytes: true },
          { name: 'a_style', floats: 4 },
          { name: 'a_id', floats: 1, bytes: true },
        ],
        corner: [{ name: 'a_angle', floats: 1 }],
        corners: [[0], [(2 * Math.PI) / 3], [(4 * Math.PI) / 3]],
      })
    }

    process(nodeIndex: number, offset: number, data: ShapeData): void {
      let i = this.begin(offset, data.hidden)
      if (i < 0) return
      const { array } = this
      array[i++] = data.x
      array[i++] = data.y
      array[i++] = data.size
      array[i++] = floatColor(data.color)
      array[i++] = floatColor(data.borderColor)
      array[i++] = data.fill
      array[i++] = data.borderAlpha
      array[i++] = data.borderWidth
      array[i++] = data.shape
      this.words[i] = idBytes(nodeIndex)
    }

    /** Gives a node that is shown another look where it is. */
    restyle(offset: number, data: Omit<ShapeStyle, 'hidden'>): void {
      STYLE[0] = floatColor(data.color)
      STYLE[1] = floatColor(data.borderColor)
      STYLE[2] = data.fill
      STYLE[3] = data.borderAlpha
      STYLE[4] = data.borderWidth
      STYLE[5] = data.shape
      this.over(offset, STYLE_FROM, STYLE_BITS)
    }
  }
}

/** The map's: discs (communities, accounts, rings), diamonds (judged malicious), triangles and squares (labels). */
export const ShapeProgram = shapeProgram({
  distance: /* glsl */ `
float distanceTo(vec2 p, float r) {
  vec2 q = abs(p);
  if (v_shape < 0.5) return length(p) - r;
  if (v_shape < 1.5) return (q.x + q.y - r * 1.25) * 0.7071;
  if (v_shape < 2.5) return max(q.x * 0.866 + p.y * 0.5, -p.y) - r * 0.62;
  return max(q.x, q.y) - r * 0.86;
}`,
  slack: 0.5,
})
