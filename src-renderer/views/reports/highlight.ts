/** A stretch of text, UTF-16 offsets, half open. */
export interface TextSpan {
  start: number
  end: number
  /** Signed pull of the words towards the inferred class; 0 for a plain match. */
  weight: number
}
export interface Segment {
  text: string
  /** Part of a match of the reader's query. */
  match: boolean
  /** Strongest weight of the spans that cover it; 0 where none does. */
  weight: number
}

/**
 * Where a query occurs in a text, case-insensitively, in any script. The query is taken as it is (no operators),
 * as full-text search over trigrams does; matches do not overlap.
 */
export function findMatches(text: string, query: string): TextSpan[] {
  const wanted = fold(query.trim())
  if (wanted.length === 0) return []
  const { folded, origin } = foldWithOrigin(text)
  const found: TextSpan[] = []
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + wanted.length))
    found.push({ start: origin[at], end: origin[at + wanted.length], weight: 0 })
  return found
}

/**
 * Cuts a text where matches and explaining spans begin and end, so that every piece can be drawn as a plain text
 * node. Joining the pieces gives the text back, whatever the spans are.
 */
export function segmentText(
  text: string,
  matches: readonly TextSpan[],
  spans: readonly TextSpan[] = [],
): Segment[] {
  const cuts = new Set([0, text.length])
  for (const { start, end } of [...matches, ...spans])
    for (const at of [start, end]) if (at > 0 && at < text.length) cuts.add(awayFromPair(text, at))
  const edges = [...cuts].sort((a, b) => a - b)
  const segments: Segment[] = []
  for (let i = 0; i + 1 < edges.length; i++) {
    const start = edges[i]
    const end = edges[i + 1]
    let weight = 0
    for (const span of spans)
      if (span.start < end && span.end > start && Math.abs(span.weight) > Math.abs(weight))
        weight = span.weight
    const match = matches.some((m) => m.start < end && m.end > start)
    const last = segments.at(-1)
    if (last && last.match === match && last.weight === weight) last.text += text.slice(start, end)
    else segments.push({ text: text.slice(start, end), match, weight })
  }
  return segments
}

/** The largest magnitude of the spans' weights, at least a whisker above 0 so that it can divide. */
export function strongest(spans: readonly TextSpan[]): number {
  return spans.reduce((most, s) => Math.max(most, Math.abs(s.weight)), 1e-9)
}

/** Never cut between the halves of a surrogate pair: two broken characters would be shown. */
function awayFromPair(text: string, at: number): number {
  const low = text.charCodeAt(at)
  const high = text.charCodeAt(at - 1)
  return low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff ? at - 1 : at
}

function fold(text: string): string {
  return text.toLowerCase()
}

/** Lower case can change a text's length (İ); `origin[i]` is where the folded character i came from. */
function foldWithOrigin(text: string): { folded: string; origin: number[] } {
  let folded = ''
  const origin: number[] = []
  let at = 0
  for (const char of text) {
    const lower = fold(char)
    for (let i = 0; i < lower.length; i++) origin.push(at)
    folded += lower
    at += char.length
  }
  origin.push(at)
  return { folded, origin }
}
