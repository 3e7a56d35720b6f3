import type { JournalRow } from '../../../src-main/common/contract/jobs.ts'

type Dynamic = (prefix: string, key: string, fallback?: string) => string

/** What was done, in the reader's words; the journal's own word where the catalogue has none. */
export function actionWords(row: Pick<JournalRow, 'action' | 'payload'>, dynamic: Dynamic): string {
  const words = dynamic('case.action', row.action, row.action)
  const kind = row.payload['kind']
  return typeof kind === 'string' ? words.replace('{{kind}}', dynamic('case.jobKind', kind, kind)) : words
}

/** Cells for undo, and what the action's own words say already. */
const HIDDEN = new Set(['changes', 'kind'])

/**
 * A journal entry's payload on one line: 'name: Ring in March · members: 214'. Long values are cut, nested ones
 * shown as JSON; the whole of it is in the tooltip.
 */
export function payloadWords(payload: Record<string, unknown>): string {
  return Object.entries(payload)
    .filter(([key, value]) => !HIDDEN.has(key) && value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key}: ${short(plain(value))}`)
    .join(' · ')
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** What is pointed at reads 'community 38'; anything else that is nested stays JSON. */
function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { kind, ref } = value as { kind?: unknown; ref?: unknown }
  if (typeof kind === 'string' && typeof ref === 'number') return `${kind} ${ref}`
  return JSON.stringify(value)
}
