/**
 * What `draw` draws, as a PNG's data: URL of such a size. A canvas hands out what WebGL has drawn only until the browser shows
 * it, and with everything else on it: this goes into a picture of its own.
 */
export function bitmapOf(
  gl: WebGL2RenderingContext,
  width: number,
  height: number,
  draw: (target: WebGLFramebuffer) => void,
): string {
  const w = Math.max(1, Math.round(width))
  const h = Math.max(1, Math.round(height))
  const texture = gl.createTexture()
  const frame = gl.createFramebuffer()
  gl.bindTexture(gl.TEXTURE_2D, texture)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, w, h, 0, gl.RGBA, gl.UNSIGNED_BYTE, null)
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0)
  gl.clear(gl.COLOR_BUFFER_BIT)
  draw(frame)
  const drawn = new Uint8Array(w * h * 4)
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  gl.readPixels(0, 0, w, h, gl.RGBA, gl.UNSIGNED_BYTE, drawn)
  gl.bindFramebuffer(gl.FRAMEBUFFER, null)
  gl.deleteFramebuffer(frame)
  gl.deleteTexture(texture)
  const canvas = document.createElement('canvas')
  canvas.width = w
  canvas.height = h
  canvas.getContext('2d')!.putImageData(new ImageData(upright(drawn, w, h), w, h), 0, 0)
  return canvas.toDataURL('image/png')
}

/** WebGL's pixels, premultiplied and from the bottom up, as a picture's: neither. */
export function upright(drawn: Uint8Array, width: number, height: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(drawn.length)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 4 * ((height - 1 - y) * width + x)
      const to = 4 * (y * width + x)
      const alpha = drawn[from + 3]!
      if (alpha === 0) continue
      for (let c = 0; c < 3; c++) out[to + c] = (drawn[from + c]! * 255) / alpha
      out[to + 3] = alpha
    }
  return out
}
