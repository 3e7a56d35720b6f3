/**
 * Decimal numbers read from bytes: `12`, `-0.5`, `.5`, `1e-3`, with white space around. No hexadecimal, no thousands
 * separators, no `NaN` or `Infinity`, which JavaScript's own `Number()` would partly let pass.
 */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** The finite number that the bytes spell; NaN if they spell none. */
export function parseNumber(bytes: Buffer, start: number, end: number): number {
  while (start < end && bytes[start] <= 0x20) start++
  while (end > start && bytes[end - 1] <= 0x20) end--
  // Short whole numbers, which most are, without a string.
  if (end > start && end - start <= 9) {
    let value = 0
    let i = start
    for (; i < end; i++) {
      const d = bytes[i] - 48
      if (d < 0 || d > 9) break
      value = value * 10 + d
    }
    if (i === end) return value
  }
  const text = bytes.toString('latin1', start, end)
  if (!DECIMAL.test(text)) return NaN
  const value = Number(text)
  return Number.isFinite(value) ? value : NaN
}
