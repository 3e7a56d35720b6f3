export type Refusal = 'number' | 'whole' | 'least' | 'above' | 'most'
export interface Limits {
  integer?: boolean | undefined
  min?: number | undefined
  above?: boolean | undefined
  max?: number | undefined
}

/** What a person typed as a number within limits, or why it is none. Decimal commas and grouped digits are read. */
export function readNumber(text: string, limits: Limits): { value: number } | { refused: Refusal } {
  const plain = text
    .trim()
    .replace(/(?<=\d)[  ,](?=\d{3}(\D|$))/g, '')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2')
  const value = Number(plain)
  if (plain === '' || !Number.isFinite(value)) return { refused: 'number' }
  if (limits.integer && !Number.isInteger(value)) return { refused: 'whole' }
  if (limits.min !== undefined) {
    if (limits.above ? value <= limits.min : value < limits.min)
      return { refused: limits.above ? 'above' : 'least' }
  }
  if (limits.max !== undefined && value > limits.max) return { refused: 'most' }
  return { value }
}
