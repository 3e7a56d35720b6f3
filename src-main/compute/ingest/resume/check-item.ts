import type { CheckItem } from '../../../common/contract/check.ts'

/** Faults that are told word for word; the rest is counted. */
const SAMPLES = 5

/** SQL of what a source `s` is called: its file, its name in an archive, its part of the file. */
export const FILE = `coalesce(s.path || ' › ' || s.entry, s.path) || CASE s.part WHEN '' THEN '' ELSE ' (' || s.part || ')' END`

/** What was looked at, how much of it, and what was found. */
export function item(code: CheckItem['code'], looked: number, faults: readonly string[]): CheckItem {
  return { code, looked, faults: faults.length, samples: faults.slice(0, SAMPLES) }
}
