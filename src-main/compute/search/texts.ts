import type { Database } from 'better-sqlite3'
import { existsSync } from 'node:fs'
import type { Pace } from '../../common/pace.ts'
import { wordsOfQuery } from '../../common/selection/fts.ts'
import { eachRow } from '../explore/accounts.ts'
import { keepColumns, pathOf, readColumns } from '../explore/column-file.ts'
import { asciiLower, fold } from './fold.ts'

/**
 * The texts of all reports one behind the other, folded, newest first: the first hits of a common word are met at once, and
 * a rare one takes as long as a look through 10 MB. What is found is what `reportsMatching` (common/selection/fts.ts) finds.
 */
export interface Texts {
  /** UTF-8, a zero behind each text. */
  bytes: Uint8Array
  /** Where each text begins, and the end of the last. */
  starts: Uint32Array
  /** Id of each report. */
  id: Uint32Array
  /** 1: folding changed more than A to Z, so that short words have to be looked up in the text itself. */
  changed: Uint8Array
}

const kept = (workspace: string, key: string) => ({ workspace, group: 'texts', key, keep: 1 })
export const hasTexts = (workspace: string, key: string): boolean => existsSync(pathOf(kept(workspace, key)))

/** The texts of these facts, from their file, or from the database and then to the file. */
export async function loadTexts(db: Database, workspace: string, key: string, pace: Pace): Promise<Texts> {
  const file = await readColumns<null>(pathOf(kept(workspace, key)), pace)
  if (file) return file.columns as never as Texts
  const made = await readTexts(db, pace)
  await keepColumns(kept(workspace, key), { meta: null, columns: { ...made } }, pace)
  return made
}

export async function readTexts(db: Database, pace: Pace): Promise<Texts> {
  const rows: { id: number; ts: number; text: Buffer; changed: boolean }[] = []
  let size = 0
  await eachRow<[number, number | null, string]>(
    db,
    `SELECT r.id, r.ts, r.text FROM report r JOIN ready_account a ON a.id = r.account_id
     WHERE r.source_id IN (SELECT id FROM ready_source) AND r.id > ? ORDER BY r.id LIMIT ?`,
    [],
    pace,
    ([id, ts, text]) => {
      const plain = asciiLower(text)
      const folded = fold(text)
      const bytes = Buffer.from(folded.replaceAll('\0', '\x01'))
      rows.push({ id, ts: ts ?? -Infinity, text: bytes, changed: folded !== plain || text.includes('\0') })
      size += bytes.length + 1
    },
  )
  rows.sort((a, b) => (a.ts === b.ts ? a.id - b.id : b.ts - a.ts))
  const bytes = new Uint8Array(size)
  const starts = new Uint32Array(rows.length + 1)
  let at = 0
  rows.forEach(({ text }, i) => {
    starts[i] = at
    bytes.set(text, at)
    at += text.length + 1
  })
  starts[rows.length] = at
  return {
    bytes,
    starts,
    id: Uint32Array.from(rows, (row) => row.id),
    changed: Uint8Array.from(rows, (row) => Number(row.changed)),
  }
}

/** Ids of the reports that contain every word of the query, newest first, equal ones by id; found as they are asked for. */
export function* reportsWith(db: Database, texts: Texts, query: string): Generator<number> {
  const words = wordsOfQuery(query).map((word) => {
    const folded = fold(word)
    // Short words are LIKE's, which folds A to Z alone.
    const short = [...word].length < 3
    return {
      bytes: Buffer.from(folded),
      plain: asciiLower(word),
      short,
      changed: folded !== asciiLower(word),
    }
  })
  const { starts, id, changed } = texts
  if (words.length === 0) return yield* id
  const all = Buffer.from(texts.bytes.buffer, texts.bytes.byteOffset, texts.bytes.byteLength)
  const [longest, ...others] = words.sort((a, b) => b.bytes.length - a.bytes.length)
  const textOf = db.prepare('SELECT text FROM report WHERE id = ?').pluck()
  for (let i = 0, at = 0; ;) {
    at = all.indexOf(longest!.bytes, at)
    if (at < 0) return
    i = textAt(starts, at, i)
    const end = starts[i + 1]!
    const text = all.subarray(starts[i], end)
    if (others.every((word) => text.includes(word.bytes))) {
      const unsure = words.filter((word) => word.short && (word.changed || changed[i] === 1))
      const own = unsure.length > 0 ? asciiLower(textOf.get(id[i]) as string) : ''
      if (unsure.every((word) => own.includes(word.plain))) yield id[i]!
    }
    at = end
  }
}

/** The text in which a byte lies; none before `from`. */
function textAt(starts: Uint32Array, at: number, from: number): number {
  let low = from
  let high = starts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}
