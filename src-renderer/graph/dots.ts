/** Discs too small to have a shape: a pixel or two of colour each. */
export interface Dots {
  /** Middle and radius in pixels of the picture. */
  x(i: number): number
  y(i: number): number
  r(i: number): number
  /** Where its colour begins among `rgb`. */
  color(i: number): number
}

/**
 * Draws small discs over a picture (RGBA, not premultiplied), in the order of `rows`: each gives its area to the four pixels
 * around its middle. A canvas takes a hundred times as long for a path of each.
 * @param alpha opacity of a disc, 0..1
 */
export function drawDots(
  picture: { data: Uint8ClampedArray; width: number; height: number },
  rows: ArrayLike<number>,
  dots: Dots,
  rgb: Uint8Array,
  alpha: number,
): void {
  const { data, width, height } = picture
  const ink = (px: number, py: number, cover: number, color: number) => {
    if (cover <= 0 || px < 0 || py < 0 || px >= width || py >= height) return
    const at = 4 * (py * width + px)
    const under = (data[at + 3]! / 255) * (1 - cover)
    const sum = cover + under
    for (let c = 0; c < 3; c++) data[at + c] = (rgb[color + c]! * cover + data[at + c]! * under) / sum
    data[at + 3] = 255 * sum
  }
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    // Middles of pixels lie at halves.
    const x = dots.x(row) - 0.5
    const y = dots.y(row) - 0.5
    const left = Math.floor(x)
    const top = Math.floor(y)
    const [right, low] = [x - left, y - top]
    const area = Math.PI * dots.r(row) ** 2
    const color = dots.color(row)
    ink(left, top, alpha * Math.min(1, area * (1 - right) * (1 - low)), color)
    ink(left + 1, top, alpha * Math.min(1, area * right * (1 - low)), color)
    ink(left, top + 1, alpha * Math.min(1, area * (1 - right) * low), color)
    ink(left + 1, top + 1, alpha * Math.min(1, area * right * low), color)
  }
}
