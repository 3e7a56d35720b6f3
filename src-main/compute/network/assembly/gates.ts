// One gate a channel and row: g = 2σ(a + x·v) over the channel's own columns; the columns are multiplied by it.
// A gate of 1 (a = 0, v = 0, as training starts) leaves its channel as it is.

/** Row by row: gate[row][c], and out = x with each channel's columns times its gate. `ends` is u32: where each ends. */
export function gateForward(
  rows: u32,
  columns: u32,
  channels: u32,
  ends: usize,
  x: usize,
  v: usize,
  a: usize,
  gate: usize,
  out: usize,
): void {
  const width = <usize>columns << 2
  for (let row: u32 = 0; row < rows; row++) {
    let j: usize = 0
    for (let c: u32 = 0; c < channels; c++) {
      const at = <usize>c << 2
      const begin = j
      const end = <usize>load<u32>(ends + at) << 2
      let s = load<f32>(a + at)
      for (; j < end; j += 4) s += load<f32>(x + j) * load<f32>(v + j)
      const g = <f32>(2.0 / (1.0 + NativeMath.exp(-(<f64>s))))
      store<f32>(gate + at, g)
      for (j = begin; j < end; j += 4) store<f32>(out + j, load<f32>(x + j) * g)
    }
    // Columns that only pad a row to whole registers.
    for (; j < width; j += 4) store<f32>(out + j, 0)
    x += width
    out += width
    gate += <usize>channels << 2
  }
}

/**
 * From d, the loss by the gated columns, to the gradients of v and a (set, not added) and, where `dx` is not 0, to
 * the loss by x (it may be `d` itself).
 */
export function gateBackward(
  rows: u32,
  columns: u32,
  channels: u32,
  ends: usize,
  x: usize,
  v: usize,
  gate: usize,
  d: usize,
  dv: usize,
  da: usize,
  dx: usize,
): void {
  const width = <usize>columns << 2
  memory.fill(dv, 0, width)
  memory.fill(da, 0, <usize>channels << 2)
  for (let row: u32 = 0; row < rows; row++) {
    let j: usize = 0
    for (let c: u32 = 0; c < channels; c++) {
      const at = <usize>c << 2
      const begin = j
      const end = <usize>load<u32>(ends + at) << 2
      const g = load<f32>(gate + at)
      let s: f32 = 0
      for (; j < end; j += 4) s += load<f32>(x + j) * load<f32>(d + j)
      // g = 2σ: dg/ds = g (1 − g/2)
      s *= g * (<f32>1 - g * <f32>0.5)
      store<f32>(da + at, load<f32>(da + at) + s)
      for (j = begin; j < end; j += 4) store<f32>(dv + j, load<f32>(dv + j) + s * load<f32>(x + j))
      if (dx) for (j = begin; j < end; j += 4) store<f32>(dx + j, load<f32>(d + j) * g + s * load<f32>(v + j))
    }
    if (dx) {
      for (; j < width; j += 4) store<f32>(dx + j, 0)
      dx += width
    }
    x += width
    d += width
    gate += <usize>channels << 2
  }
}
