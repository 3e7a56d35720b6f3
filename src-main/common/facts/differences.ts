import type { FieldChange } from '../contract/changes.ts'
import type { Import } from './imports.ts'

/** What an export said of an account: registered at, ms UTC, and its further columns as JSON. */
export type AccountRecord = readonly [registeredAt: number | null, attributes: string]

/** Whether a column is compared: both exports have it, as far as that is known. */
export type Compared = (name: string) => boolean

/** A column that only one export has says nothing of any account: everybody would have changed. */
export function commonColumns(earlier: Import | null, later: Import): Compared {
  const [a, b] = [earlier?.columns, later.columns]
  if (!a || !b) return () => true
  // What is no column of either, but stands in records, is compared as well.
  return (name) => a.has(name) === b.has(name)
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** What differs between two records of an account, registered_at first, then by name. */
export function differences(before: AccountRecord, after: AccountRecord, compared: Compared): FieldChange[] {
  const fields: FieldChange[] = []
  if (before[0] !== after[0]) fields.push({ name: 'registered_at', values: [iso(before[0]), iso(after[0])] })
  if (before[1] === after[1]) return fields
  const old = JSON.parse(before[1]) as Record<string, string>
  const now = JSON.parse(after[1]) as Record<string, string>
  for (const name of [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()) {
    const values: FieldChange['values'] = [old[name] ?? null, now[name] ?? null]
    if (values[0] !== values[1] && compared(name)) fields.push({ name, values })
  }
  return fields
}
