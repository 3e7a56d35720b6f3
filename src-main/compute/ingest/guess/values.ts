import { isIP } from '../plan/ip.ts'

/** What the values of a column look like, from a sample of its cells. Shares are of the cells that are not empty. */
export interface ValueProfile {
  /** Cells looked at. */
  cells: number
  /** Share of `cells` that are not empty, 0..1. */
  filled: number
  /** Different values : values, 0..1. */
  distinct: number
  /** Mean characters of a value. */
  length: number
  /** Share of values that are that, 0..1. */
  share: Record<Shape, number>
  /** The most frequent values, at most 12, with how often each stands. */
  top: { value: string; count: number }[]
}

export const SHAPES = [
  'integer',
  'decimal',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'iso',
  'local-time',
  'day-first',
  'month-first',
  'excel',
  'ip',
  'phone',
  'email',
  'uuid',
  'hex',
  'url',
  'chinese',
  'prose',
] as const
export type Shape = (typeof SHAPES)[number]

const INTEGER = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?$/
const DATE = String.raw`\d{4}(?:-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|年\d{1,2}月\d{1,2}日)`
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?`
const ZONED = new RegExp(`^${DATE}[T ]\\s*${CLOCK}\\s*(?:Z|UTC|[+-]\\d{2}(?::?\\d{2})?)$`, 'i')
const UNZONED = new RegExp(`^${DATE}(?:(?:[T ]|\\s*)${CLOCK})?$`, 'i')
const TURNED = /^(\d{1,2})[-/.](\d{1,2})[-/.](?:19|20)\d{2}(?:[ T].*)?$/
const PHONE = /^(?:\+|00)?[\d ()-]{7,20}$/
const CHINA_MOBILE = /^(?:\+?86[- ]?)?1[3-9]\d{9}$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const HEX = /^(?=.*[a-f])(?=.*\d)(?:[0-9a-f]{12,}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})$/i
const URL_LIKE = /^(?:https?:\/\/|www\.)/i
const HAN = /\p{Script=Han}/u
/** 1990-01-01 and 2100-01-01, seconds. */
const EPOCH_FROM = 631_152_000
const EPOCH_TO = 4_102_444_800

function shapesOf(value: string): Shape[] {
  const shapes: Shape[] = []
  if (INTEGER.test(value)) {
    shapes.push('integer', 'decimal')
    const n = Number(value)
    if (n >= EPOCH_FROM && n < EPOCH_TO) shapes.push('epoch-s')
    else if (n >= EPOCH_FROM * 1e3 && n < EPOCH_TO * 1e3) shapes.push('epoch-ms')
    else if (n >= EPOCH_FROM * 1e6 && n < EPOCH_TO * 1e6) shapes.push('epoch-us')
  } else if (DECIMAL.test(value)) {
    shapes.push('decimal')
    const n = Number(value)
    if (n >= EPOCH_FROM && n < EPOCH_TO) shapes.push('epoch-s')
  }
  // 1990 to 2100 as days since 1899-12-30; whole numbers are too often something else.
  if (DECIMAL.test(value) && Number(value) >= 32_874 && Number(value) < 73_051) shapes.push('excel')
  if (ZONED.test(value)) shapes.push('iso')
  else if (UNZONED.test(value)) shapes.push('local-time')
  const turned = TURNED.exec(value)
  if (turned) {
    const [a, b] = [Number(turned[1]), Number(turned[2])]
    if (a >= 1 && a <= 31 && b >= 1 && b <= 12) shapes.push('day-first')
    if (a >= 1 && a <= 12 && b >= 1 && b <= 31) shapes.push('month-first')
  }
  if (isIP(value.split('/')[0]!)) shapes.push('ip')
  if (CHINA_MOBILE.test(value) || (/^[+(]/.test(value) && PHONE.test(value))) shapes.push('phone')
  if (EMAIL.test(value)) shapes.push('email')
  if (UUID.test(value)) shapes.push('uuid')
  if (HEX.test(value)) shapes.push('hex')
  if (URL_LIKE.test(value)) shapes.push('url')
  const chinese = HAN.test(value)
  if (chinese) shapes.push('chinese')
  if (chinese ? value.length >= 8 : value.length >= 20 && value.trim().split(/\s+/).length >= 4)
    shapes.push('prose')
  return shapes
}

/** Profiles a column from a sample of its cells as text. */
export function profileValues(cells: readonly string[]): ValueProfile {
  const counts = new Map<string, number>()
  const shape = Object.fromEntries(SHAPES.map((name) => [name, 0])) as Record<Shape, number>
  let filled = 0
  let length = 0
  for (const cell of cells) {
    const value = cell.trim()
    if (value === '') continue
    filled++
    length += value.length
    counts.set(value, (counts.get(value) ?? 0) + 1)
    for (const name of shapesOf(value)) shape[name]++
  }
  const values = Math.max(filled, 1)
  for (const name of SHAPES) shape[name] /= values
  return {
    cells: cells.length,
    filled: cells.length === 0 ? 0 : filled / cells.length,
    distinct: counts.size / values,
    length: length / values,
    share: shape,
    top: [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, 12),
  }
}
