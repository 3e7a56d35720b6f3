/** What assembly/ offers; arrays are byte addresses in the instance's memory. */
export interface Kernels {
  product(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aDepth: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    add: number,
  ): void
  transpose(rows: number, columns: number, a: number, out: number): void
  sumRows(rows: number, columns: number, a: number, out: number): void
  gatherRows(x: number, width: number, index: number, count: number, out: number): void
  gateForward(
    rows: number,
    columns: number,
    channels: number,
    ends: number,
    x: number,
    v: number,
    a: number,
    gate: number,
    out: number,
  ): void
  gateBackward(
    rows: number,
    columns: number,
    channels: number,
    ends: number,
    x: number,
    v: number,
    gate: number,
    d: number,
    dv: number,
    da: number,
    dx: number,
  ): void
  seedDropout(a: number, b: number, c: number, d: number): void
  dropValues(count: number, x: number, drop: number, scale: number): void
  normForward(
    rows: number,
    columns: number,
    h: number,
    bias: number,
    gamma: number,
    beta: number,
    inverse: number,
    out: number,
    drop: number,
    scale: number,
  ): void
  normBackward(
    rows: number,
    columns: number,
    normal: number,
    gamma: number,
    inverse: number,
    out: number,
    d: number,
    dGamma: number,
    dBeta: number,
    scale: number,
  ): void
  reluForward(rows: number, columns: number, h: number, bias: number, drop: number, scale: number): void
  marginForward(rows: number, columns: number, h: number, w: number, b: number, out: number): void
  lossBackward(rows: number, margin: number, target: number, weight: number): number
  marginBackward(
    rows: number,
    columns: number,
    h: number,
    w: number,
    d: number,
    dw: number,
    db: number,
    out: number,
    scale: number,
  ): void
  adamw(
    count: number,
    p: number,
    gradient: number,
    m: number,
    v: number,
    rate: number,
    decay: number,
    first: number,
    second: number,
  ): void
}
