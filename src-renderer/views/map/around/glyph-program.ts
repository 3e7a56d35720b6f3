import { shapeProgram } from '../../../graph/shape-program.ts'

export { type ShapeData as GlyphData } from '../../../graph/shape-program.ts'

export const SHAPES = { disc: 0, diamond: 1, square: 2, hexagon: 3 } as const

/** Accounts as discs and diamonds, things as squares and hexagons, each with a border of its own. */
export const GlyphProgram = shapeProgram({
  distance: /* glsl */ `
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
}`,
  slack: 1.5,
})
