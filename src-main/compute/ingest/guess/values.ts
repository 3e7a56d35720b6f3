import { isIP } from '../plan/ip.ts'
import { plainNumber } from '../plan/number.ts'
import { TimeParser } from '../time/parse.ts'

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
  /** Share of values with white space around them, 0..1. */
  spaced: number
  /** Of the values that are numbers. Infinity and -Infinity where none is. */
  least: number
  most: number
  /** Share of values that are no smaller number than the one before, 0..1: 1 where they only grow. */
  growing: number
  /** The most frequent values, at most 12, with how often each stands. */
  top: { value: string; count: number }[]
}

export const SHAPES = [
  'integer',
  'decimal',
  'grouped-point',
  'grouped-comma',
  'epoch-s',
  'epoch-ms',
  'epoch-us',
  'iso',
  'local-time',
  'compact-time',
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
  'masked',
  'model',
  'json',
] as const
export type Shape = (typeof SHAPES)[number]

const INTEGER = /^[+-]?\d+$/
const DECIMAL = /^[+-]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?$/
const TURNED = /^(\d{1,2})[-/.](\d{1,2})[-/.](?:19|20)\d{2}(?:[ T].*)?$/
const PHONE = /^(?:\+|00)?[\d ()-]{7,20}$/
const CHINA_MOBILE = /^(?:\+?86[- ]?)?1[3-9]\d{9}$/
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const HEX = /^(?=.*[a-f])(?=.*\d)(?:[0-9a-f]{12,}|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})$/i
const URL_LIKE = /^(?:https?:\/\/|www\.)/i
/** What hides most of a value: 138****0014. */
const MASKED = /[*•＊]{2,}|[xX]{4,}|#{3,}|^[{<[(].*(?:removed|redacted|masked|hidden).*[}>\])]$/i
const JSON_LIKE = /^(?:\[.*\]|\{.*\})$/s
/** Names of models and systems, which many have and which are no device of anybody's. */
const MODEL =
  /^(?:iphone|ipad|ipod|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|samsung|galaxy|pixel|nokia|motorola|macbook|imac|windows|android|ios|linux|macos|mac os|chrome|safari|firefox|edge)(?:[\s/+._-]?[\p{L}\p{N}.+]{0,12}){0,5}$|^(?:pc|web|h5|mobile|desktop|tablet|computer|laptop|phone|browser|app|mac|other|unknown|手机|电脑|安卓|苹果)$|build\//iu
const HAN = /\p{Script=Han}/u
/** 1990-01-01 and 2100-01-01, seconds. */
const EPOCH_FROM = 631_152_000
const EPOCH_TO = 4_102_444_800
const TIMES = new TimeParser()

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
  const time = timeOf(value)
  if (time !== null) shapes.push(time)
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
  if (
    !shapes.includes('decimal') &&
    value.length <= 40 &&
    /^[^\p{L}]{0,4}\p{L}{0,3}[^\p{L}]+\p{L}{0,3}$/u.test(value)
  ) {
    if (DECIMAL.test(plainNumber(value, 'point'))) shapes.push('grouped-point')
    if (DECIMAL.test(plainNumber(value, 'comma'))) shapes.push('grouped-comma')
  }
  if (JSON_LIKE.test(value)) shapes.push('json')
  if (MASKED.test(value)) shapes.push('masked')
  if (MODEL.test(value)) shapes.push('model')
  return shapes
}

/** Whether import reads the value as a time of day or date, and whether that states its zone. */
function timeOf(value: string): 'iso' | 'local-time' | 'compact-time' | null {
  const digits = INTEGER.test(value)
  // A number of any other length is an epoch time, or none.
  if (digits ? value.length !== 8 && value.length !== 14 : !/^\D{0,12}\d/.test(value)) return null
  if (!digits && DECIMAL.test(value)) return null
  const bytes = Buffer.from(value)
  if (Number.isNaN(TIMES.parse(bytes, 0, bytes.length))) return null
  return digits ? 'compact-time' : TIMES.tzOffset === null ? 'local-time' : 'iso'
}

/** Profiles a column from a sample of its cells as text. */
export function profileValues(cells: readonly string[]): ValueProfile {
  const counts = new Map<string, number>()
  const shape = Object.fromEntries(SHAPES.map((name) => [name, 0])) as Record<Shape, number>
  let filled = 0
  let length = 0
  let spaced = 0
  let [least, most, before, numbers, growing] = [Infinity, -Infinity, -Infinity, 0, 0]
  for (const cell of cells) {
    const value = cell.trim()
    if (value === '') continue
    filled++
    if (value.length !== cell.length) spaced++
    length += value.length
    counts.set(value, (counts.get(value) ?? 0) + 1)
    const shapes = shapesOf(value)
    for (const name of shapes) shape[name]++
    const grouped = shapes.includes('grouped-point') ? 'point' : 'comma'
    const n = Number(shapes.includes('decimal') ? value : plainNumber(value, grouped))
    if (Number.isNaN(n)) continue
    least = Math.min(least, n)
    most = Math.max(most, n)
    numbers++
    if (n >= before) growing++
    before = n
  }
  const values = Math.max(filled, 1)
  for (const name of SHAPES) shape[name] /= values
  return {
    cells: cells.length,
    filled: cells.length === 0 ? 0 : filled / cells.length,
    distinct: counts.size / values,
    length: length / values,
    share: shape,
    spaced: spaced / values,
    least,
    most,
    growing: numbers === 0 ? 0 : growing / numbers,
    top: [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, 12),
  }
}
