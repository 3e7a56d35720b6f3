import { classifyTexts, runVectors } from './classifier.ts'
import type { ReportClassifier, TextClass } from './classifier.ts'
import { visitGrams } from './hashing.ts'
import type { SparseVector } from './hashing.ts'
import { normalizeText } from './normalize.ts'

export interface ExplainedSpan {
  /** UTF-16 units [start, end) of the text as it was given. */
  start: number
  end: number
  /** How much the span raised the class's logit above the mean of all classes' logits; > 0. */
  weight: number
}

export interface TextExplanation extends TextClass {
  /** Spans that pushed towards the class, heaviest first; they do not overlap. */
  readonly spans: ExplainedSpan[]
  /** Of the whole text: the class's logit less the mean of all logits, without the bias. Spans are parts of it. */
  readonly total: number
}

/** Texts are explained up to here; the model reads them whole. */
const LONGEST = 20_000

/**
 * Why a text got its class. The model is linear in its features, so each n-gram's part of the logit is exact;
 * it is spread evenly over the n-gram's characters, and the stretches of characters whose parts stand out are
 * returned. The parts of all characters add up to `total` (up to float32 rounding).
 * @param most how many spans at most
 */
export async function explainText(
  classifier: ReportClassifier,
  text: string,
  most = 8,
): Promise<TextExplanation> {
  const { classes } = classifier
  const [result] = await classifyTexts(classifier, [text])
  const chosen = classes.indexOf(result.class)
  const vector = classifier.hasher.vector(text)
  // One text per feature, plus the text itself and one without features: logits less the bias are parts.
  const none: SparseVector = { ids: new Int32Array(0), values: new Float32Array(0) }
  const parts: SparseVector[] = [vector, none]
  for (let i = 0; i < vector.ids.length; i++)
    parts.push({ ids: vector.ids.subarray(i, i + 1), values: vector.values.subarray(i, i + 1) })
  const [whole, bias, ...rows] = await runVectors(classifier, parts, 'logits')

  const lead = (logits: Float32Array): number => {
    let sum = 0
    for (let k = 0; k < classes.length; k++) sum += logits[k] - bias[k]
    return logits[chosen] - bias[chosen] - sum / classes.length
  }

  const heat = characterParts(classifier, text, vector, Float64Array.from(rows, lead))
  return { ...result, spans: standingOut(text, heat, most), total: lead(whole) }
}

/** Each UTF-16 unit's part, from each bucket's part. What only padding carries is laid on the nearest character. */
function characterParts(
  { hasher }: ReportClassifier,
  text: string,
  vector: SparseVector,
  bucketParts: Float64Array,
): Float64Array {
  const heat = new Float64Array(text.length)
  if (text.length === 0) return heat
  const partOf = new Map<number, number>()
  vector.ids.forEach((bucket, i) => partOf.set(bucket, bucketParts[i]))
  const normal = normalizeText(text)
  const { ids, counts } = hasher.count(normal)
  const timesOf = new Map<number, number>()
  ids.forEach((bucket, i) => timesOf.set(bucket, counts[i]))
  visitGrams(
    normal,
    (bucket, from, n) => {
      const share = (partOf.get(bucket) as number) / (timesOf.get(bucket) as number)
      let real = 0
      for (let i = from; i < from + n; i++) if (normal.starts[i] < normal.ends[i]) real++
      for (let i = from; i < from + n; i++) {
        const start = normal.starts[i]
        const end = normal.ends[i]
        if (start === end) continue
        for (let at = start; at < end; at++) heat[at] += share / real / (end - start)
      }
    },
    hasher.params,
  )
  return heat
}

/**
 * Stretches of characters that stand out: from a character above the bar (half the mean positive part), as far as
 * the sum of (part − bar) grows and has not lost half of it again; whole characters, no blanks at the ends.
 */
function standingOut(text: string, heat: Float64Array, most: number): ExplainedSpan[] {
  let positive = 0
  let many = 0
  const length = Math.min(heat.length, LONGEST)
  for (let i = 0; i < length; i++)
    if (heat[i] > 0) {
      positive += heat[i]
      many++
    }
  if (many === 0) return []
  const bar = positive / many / 2
  const spans: ExplainedSpan[] = []
  for (let i = 0; i < length;) {
    if (heat[i] <= bar) {
      i++
      continue
    }
    let sum = 0
    let best = 0
    let end = i
    for (let j = i; j < length; j++) {
      sum += heat[j] - bar
      if (sum > best) {
        best = sum
        end = j + 1
      }
      // Over: what follows would cost more than the stretch has gained since its best end.
      if (sum < best / 2 || sum <= 0) break
    }
    const span = trimmed(text, i, end)
    if (span !== null) {
      let weight = 0
      for (let at = span[0]; at < span[1]; at++) weight += heat[at]
      if (weight > 0) spans.push({ start: span[0], end: span[1], weight })
    }
    i = Math.max(end, span?.[1] ?? 0)
  }
  return spans.sort((a, b) => b.weight - a.weight || a.start - b.start).slice(0, most)
}

/** Whole code points, no blanks at the ends; null when nothing is left. */
function trimmed(text: string, from: number, to: number): [number, number] | null {
  let start = from
  let end = to
  const low = (at: number) => at < text.length && (text.charCodeAt(at) & 0xfc00) === 0xdc00
  const high = (at: number) => at >= 0 && (text.charCodeAt(at) & 0xfc00) === 0xd800
  if (low(start) && high(start - 1)) start--
  if (low(end) && high(end - 1)) end++
  while (start < end && /\s/u.test(text[start])) start++
  while (end > start && /\s/u.test(text[end - 1])) end--
  return start < end ? [start, end] : null
}
