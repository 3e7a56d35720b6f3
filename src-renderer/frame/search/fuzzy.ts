/**
 * How well a name answers what was typed, 0 (not at all) to 1 (it is the name). Words may come in any order, begin a
 * word of the name or stand inside it (Chinese has no spaces), and forgive one slip of the finger in four letters and
 * two in eight.
 */
export function fuzzyScore(typed: string, name: string): number {
  const wanted = typed.trim().toLowerCase()
  const whole = name.toLowerCase()
  if (wanted === '') return 0
  if (whole === wanted) return 1
  if (whole.startsWith(wanted)) return 0.95
  const words = whole.split(/[\s:·.,，：、“”"()（）-]+/u).filter(Boolean)
  let sum = 0
  const parts = wanted.split(/\s+/)
  for (const part of parts) {
    const best = Math.max(0, ...words.map((word) => wordScore(part, word)), whole.includes(part) ? 0.7 : 0)
    if (best === 0) return initials(wanted, words)
    sum += best
  }
  return 0.9 * (sum / parts.length)
}

function wordScore(typed: string, word: string): number {
  if (word === typed) return 1
  if (word.startsWith(typed)) return 0.9
  const slips = typed.length >= 8 ? 2 : typed.length >= 4 ? 1 : 0
  if (slips === 0) return 0
  // The word as far as it was typed: 'timlin' is on its way to 'timeline'.
  const near = Math.min(...[-1, 0, 1].map((more) => distance(typed, word.slice(0, typed.length + more))))
  return near <= slips ? 0.6 - 0.1 * near : 0
}

/** 'rl' for 'reset layout'. */
function initials(typed: string, words: string[]): number {
  return typed.length >= 2 &&
    words.length >= typed.length &&
    words
      .map((w) => w[0])
      .join('')
      .startsWith(typed)
    ? 0.5
    : 0
}

/** Insertions, deletions, exchanges and swaps of neighbours between two short words (optimal string alignment). */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
