/**
 * One step of AdamW (Loshchilov & Hutter 2019) on `count` parameters (a multiple of 4):
 * p −= rate · (m̂ / (√v̂ + ε) + decay · p). `first` and `second` are 1/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ).
 */
export function adamw(
  count: u32,
  p: usize,
  gradient: usize,
  m: usize,
  v: usize,
  rate: f32,
  decay: f32,
  first: f32,
  second: f32,
): void {
  const b1 = f32x4.splat(0.9)
  const c1 = f32x4.splat(<f32>1 - <f32>0.9)
  const b2 = f32x4.splat(0.999)
  const c2 = f32x4.splat(<f32>1 - <f32>0.999)
  const epsilon = f32x4.splat(1e-8)
  const step = f32x4.splat(rate * first)
  const unbias = f32x4.splat(second)
  const shrink = f32x4.splat(<f32>1 - rate * decay)
  const end = <usize>count << 2
  for (let j: usize = 0; j < end; j += 16) {
    const g = v128.load(gradient + j)
    const mean = f32x4.add(f32x4.mul(b1, v128.load(m + j)), f32x4.mul(c1, g))
    const square = f32x4.add(f32x4.mul(b2, v128.load(v + j)), f32x4.mul(c2, f32x4.mul(g, g)))
    v128.store(m + j, mean)
    v128.store(v + j, square)
    const by = f32x4.add(f32x4.sqrt(f32x4.mul(square, unbias)), epsilon)
    v128.store(
      p + j,
      f32x4.sub(f32x4.mul(v128.load(p + j), shrink), f32x4.div(f32x4.mul(step, mean), by)),
    )
  }
}
