import type { Database } from 'better-sqlite3'
import { createHash } from 'node:crypto'

export const GENESIS = '0'.repeat(64)

export interface JournalEntry {
  seq: number
  time: number
  actor: string
  action: string
  /** JSON, keys sorted, as it was hashed. */
  payload: string
  prev_hash: string
  hash: string
}

/** JSON with sorted keys, so that the same content is the same text whoever wrote it. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`)
    return `{${fields.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

/** SHA-256 over the fields joined with newlines; a payload holds no raw newline, so fields cannot run together. */
export function entryHash(entry: Omit<JournalEntry, 'hash'>): string {
  const fields = [
    entry.seq,
    entry.time,
    entry.actor.replaceAll('\n', ' '),
    entry.action,
    entry.payload,
    entry.prev_hash,
  ]
  return createHash('sha256').update(fields.join('\n')).digest('hex')
}

/** Appends to the chain; call inside the transaction of the change that is recorded. */
export function appendJournal(
  db: Database,
  input: { actor: string; action: string; payload: Record<string, unknown>; now: number },
): JournalEntry {
  const last = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get() as
    { seq: number; hash: string } | undefined
  const bare = {
    seq: (last?.seq ?? 0) + 1,
    time: input.now,
    actor: input.actor.replaceAll('\n', ' '),
    action: input.action,
    payload: canonicalJson(input.payload),
    prev_hash: last?.hash ?? GENESIS,
  }
  const entry = { ...bare, hash: entryHash(bare) }
  db.prepare(
    `INSERT INTO journal (seq, time, actor, action, payload, prev_hash, hash)
     VALUES (@seq, @time, @actor, @action, @payload, @prev_hash, @hash)`,
  ).run(entry)
  return entry
}

/** Walks a chain: each entry follows the one before and hashes to what it says. Returns the first that doesn't. */
export function firstBadEntry(entries: Iterable<JournalEntry>): {
  count: number
  firstBadSeq: number | null
} {
  let count = 0
  let previous = GENESIS
  for (const entry of entries) {
    count++
    if (entry.seq !== count || entry.prev_hash !== previous || entryHash(entry) !== entry.hash) {
      return { count, firstBadSeq: entry.seq }
    }
    previous = entry.hash
  }
  return { count, firstBadSeq: null }
}

export function verifyJournal(db: Database): { ok: boolean; entries: number; firstBadSeq: number | null } {
  const rows = db.prepare('SELECT * FROM journal ORDER BY seq').iterate() as Iterable<JournalEntry>
  const { firstBadSeq } = firstBadEntry(rows)
  const entries = db.prepare('SELECT count(*) FROM journal').pluck().get() as number
  return { ok: firstBadSeq === null, entries, firstBadSeq }
}
