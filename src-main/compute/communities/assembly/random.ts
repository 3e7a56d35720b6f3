/** sfc32 (Chris Doty-Humphrey, PractRand), the same numbers as ../random.ts gives for the same seed. */
let a: u32 = 0
let b: u32 = 0
let c: u32 = 0
let d: u32 = 0

export function seed(low: u32, high: u32): void {
  a = low
  b = high
  c = 0x9e3779b9
  d = 1
  for (let i = 0; i < 12; i++) u32random()
}

@inline
export function u32random(): u32 {
  const t = a + b + d
  d++
  a = b ^ (b >>> 9)
  b = c + (c << 3)
  c = rotl<u32>(c, 21) + t
  return t
}

/** Uniform in [0, n), by the high half of a product (bias below n / 2³²). */
@inline
export function below(n: u32): u32 {
  return <u32>((<u64>u32random() * <u64>n) >> 32)
}

/** Uniform in [0, 1). */
@inline
export function unit(): f64 {
  return <f64>u32random() / 4294967296.0
}
