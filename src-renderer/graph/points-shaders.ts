/** What a point's mark byte says; shapes beside colour (views/map legend says the same in words). */
export const MARK = {
  judgedMalicious: 1,
  judgedBenign: 2,
  labelMalicious: 4,
  labelBenign: 8,
  /** Of the open community, which the stage draws itself. */
  open: 128,
} as const

/** Bytes of one row of the textures that hold the bit masks. */
export const MASK_WIDTH = 4096

/*
 * One vertex is one account: place as two u16, one byte each of colour, size and marks; whether it is selected or
 * hidden is one bit each in a texture, read by the vertex's number.
 */
export const POINT_VERTEX = /* glsl */ `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
in vec2 a_place;
in float a_color;
in float a_size;
in float a_mark;
uniform vec4 u_frame;
uniform vec3 u_rowX;
uniform vec3 u_rowY;
uniform vec2 u_viewport;
uniform float u_pointSize;
uniform float u_least;
uniform float u_alpha;
uniform float u_shapesFrom;
uniform int u_pass;
uniform bool u_sized;
uniform bool u_heat;
uniform bool u_hasMask;
uniform bool u_hasHidden;
uniform usampler2D u_mask;
uniform usampler2D u_hidden;
uniform sampler2D u_table;
out vec4 v_color;
flat out int v_shape;

bool bitOf(usampler2D mask) {
  uint byte = texelFetch(mask, ivec2((gl_VertexID >> 3) & ${MASK_WIDTH - 1}, gl_VertexID >> 15), 0).r;
  return ((byte >> uint(gl_VertexID & 7)) & 1u) == 1u;
}

void main() {
  int mark = int(a_mark + 0.5);
  bool isOpen = (mark & ${MARK.open}) != 0;
  bool selected = !u_hasMask || bitOf(u_mask);
  bool gone = isOpen || (u_hasHidden && !bitOf(u_hidden)) || (u_pass == 1 && selected) || (u_pass == 2 && !selected);
  gl_PointSize = 1.0;
  v_shape = 0;
  v_color = vec4(0.0);
  if (gone) {
    gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
    return;
  }
  vec3 p = vec3(u_frame.xy + a_place * u_frame.zw, 1.0);
  vec2 clip = vec2(dot(u_rowX, p), dot(u_rowY, p)) / u_viewport * 2.0 - 1.0;
  gl_Position = vec4(clip.x, -clip.y, 0.0, 1.0);
  if (u_heat) {
    gl_PointSize = u_pointSize;
    return;
  }
  float factor = !u_sized ? 1.0 : a_size > 254.5 ? 0.55 : 0.6 + 2.0 * a_size / 254.0;
  float size = max(u_least, u_pointSize * factor);
  if ((mark & ${MARK.judgedMalicious}) != 0) v_shape = 1;
  else if ((mark & ${MARK.judgedBenign}) != 0) v_shape = 2;
  else if (size >= u_shapesFrom && (mark & ${MARK.labelMalicious}) != 0) v_shape = 3;
  else if (size >= u_shapesFrom && (mark & ${MARK.labelBenign}) != 0) v_shape = 4;
  // A judgement has to be seen at any zoom.
  gl_PointSize = v_shape == 1 || v_shape == 2 ? max(size * 1.5, 2.6 * u_least) : v_shape == 0 ? size : size * 1.2;
  v_color = vec4(texelFetch(u_table, ivec2(int(a_color + 0.5), 0), 0).rgb, u_pass == 1 ? u_alpha * 0.14 : u_alpha);
}
`
export const POINT_FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
uniform bool u_heat;
in vec4 v_color;
flat in int v_shape;
out vec4 color;

void main() {
  vec2 q = gl_PointCoord * 2.0 - 1.0;
  if (u_heat) {
    color = vec4(exp(-4.0 * dot(q, q)), 0.0, 0.0, 1.0);
    return;
  }
  vec2 p = abs(q);
  float d = v_shape == 1 ? p.x + p.y
    : v_shape == 3 ? max(p.x * 1.1 + q.y * -0.62 + 0.3, q.y + 0.1)
    : v_shape == 4 ? max(p.x, p.y) * 1.15
    : length(p);
  float a = 1.0 - smoothstep(0.7, 1.0, d);
  if (v_shape == 2) a *= smoothstep(0.35, 0.6, d);
  color = vec4(v_color.rgb, 1.0) * (v_color.a * a);
}
`

/** A triangle over the whole stage: density in, colour out, on a logarithmic scale. */
export const HEAT_VERTEX = /* glsl */ `#version 300 es
out vec2 v_at;
void main() {
  vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  v_at = corner;
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
`
export const HEAT_FRAGMENT = /* glsl */ `#version 300 es
precision highp float;
uniform sampler2D u_density;
uniform sampler2D u_ramp;
uniform float u_most;
in vec2 v_at;
out vec4 color;
void main() {
  float density = texture(u_density, v_at).r;
  float t = clamp(log(1.0 + density) / log(1.0 + u_most), 0.0, 1.0);
  vec3 ink = texture(u_ramp, vec2(t, 0.5)).rgb;
  float a = smoothstep(0.0, 0.14, t) * 0.92;
  color = vec4(ink * a, a);
}
`
