/** One line of a run's parameters or results: a dotted path and a value that a person can read. */
export interface StatLine {
  path: string
  value: string | number | boolean | null
}

const MOST_LINES = 60

/**
 * Flattens what a run recorded. Arrays of plain values become one line; arrays of objects are numbered by their
 * own id or name where they have one; depth and number of lines are bounded so that an odd run cannot flood a page.
 */
export function statLines(record: Record<string, unknown>, prefix = '', depth = 0): StatLine[] {
  const lines: StatLine[] = []
  for (const [key, value] of Object.entries(record)) {
    if (lines.length >= MOST_LINES) break
    const path = prefix ? `${prefix}.${key}` : key
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    ) {
      lines.push({ path, value })
    } else if (Array.isArray(value)) {
      if (value.every((v) => typeof v !== 'object' || v === null)) {
        lines.push({ path, value: value.length === 0 ? null : value.join(', ') })
      } else if (depth < 3) {
        value.forEach((entry: unknown, i) => {
          if (typeof entry !== 'object' || entry === null) return
          const { id, name, ...rest } = entry as Record<string, unknown>
          const label = typeof id === 'string' ? id : typeof name === 'string' ? name : String(i + 1)
          lines.push(...statLines(rest, `${path} ${label}`, depth + 1))
        })
      }
    } else if (typeof value === 'object' && value !== undefined) {
      if (depth < 3) lines.push(...statLines(value as Record<string, unknown>, path, depth + 1))
      else lines.push({ path, value: JSON.stringify(value) })
    }
  }
  return lines.slice(0, MOST_LINES)
}

/** How long a run took, seconds; null while it runs. */
export function tookSeconds(run: { startedAt: number; finishedAt: number | null }): number | null {
  return run.finishedAt === null ? null : Math.max(0, (run.finishedAt - run.startedAt) / 1000)
}

/** The newest finished run of each kind. @param runs in any order. */
export function newestOfEach<R extends { id: number; kind: string; status: string }>(
  runs: readonly R[],
): R[] {
  const newest = new Map<string, R>()
  for (const run of runs) {
    const held = newest.get(run.kind)
    if (run.status === 'done' && (!held || run.id > held.id)) newest.set(run.kind, run)
  }
  return [...newest.values()].sort((a, b) => a.id - b.id)
}

/** The value as a list of numbers, where it is one. */
export function numbers(value: unknown): number[] | null {
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'number') ? value : null
}

/** The codes of what a run warns of: entries `{ code }` of a list; nothing for any other shape. */
export function codes(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry: unknown) => {
    const code = typeof entry === 'object' && entry !== null ? (entry as { code?: unknown }).code : undefined
    return typeof code === 'string' ? [code] : []
  })
}
