import { createReadStream, existsSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Pace } from '../../common/pace.ts'
import { canonicalJson, type JournalEntry } from '../journal/journal.ts'
import type { BagWriter } from './bag.ts'
import { csvRow } from '../../common/csv.ts'
import { utc } from './csv.ts'
import { MODELS_DIR } from '../learning/models.ts'
import type { Scope } from './scope.ts'

/**
 * provenance/sources.csv: every file that was imported, whether cited or not, so that gaps can be seen. Rows that were
 * rejected and read again by another mapping are a line of their own, which names that of their file.
 */
export async function writeSources(scope: Scope, bag: BagWriter): Promise<number> {
  const file = await bag.file('provenance/sources.csv')
  await file.write(
    csvRow([
      'source',
      'read_again_of',
      'source_file',
      'source_sha256',
      'part',
      'table',
      'bytes',
      'encoding',
      'rows',
      'rows_stored',
      'problems',
      'imported_utc',
    ]),
  )
  const rows = scope.db.prepare(`SELECT * FROM source WHERE status = 'ready' ORDER BY id`).all() as {
    id: number
    table_name: string
    part: string
    retry_of: number | null
    bytes: number
    encoding: string
    rows_in: number
    rows_stored: number
    problems: number
    imported_at: number
  }[]
  for (const r of rows) {
    const { file: name, sha256 } = scope.sources.get(r.id)!
    await file.write(
      csvRow([
        r.id,
        r.retry_of,
        scope.names.text(name),
        sha256,
        r.part,
        r.table_name,
        r.bytes,
        r.encoding,
        r.rows_in,
        r.rows_stored,
        r.problems,
        utc(r.imported_at),
      ]),
    )
  }
  await file.close()
  return rows.length
}

/** provenance/runs.json: every run that the pack cites and all that those were made from. */
export async function writeRuns(scope: Scope, bag: BagWriter): Promise<void> {
  const runs = scope.runs.map((r) => ({
    id: r.id,
    kind: r.kind,
    algorithm: r.algorithm,
    algorithmVersion: r.algorithm_version,
    params: JSON.parse(scope.names.text(r.params)) as unknown,
    seed: r.seed,
    inputs: JSON.parse(r.inputs) as unknown,
    madeFromRun: r.parent_run_id,
    model: r.model_name,
    modelSha256: r.model_sha256,
    provider: r.provider,
    startedUtc: utc(r.started_at),
    finishedUtc: utc(r.finished_at),
    appVersion: r.app_version,
    // A validation names accounts outside the case; what may be told of it is a table of its own.
    stats:
      r.kind === 'validation'
        ? { see: 'tables/validation.json' }
        : (JSON.parse(scope.names.text(r.stats)) as unknown),
  }))
  await bag.put(
    'provenance/runs.json',
    `${JSON.stringify({ simulatedData: scope.simulated, runs }, null, 2)}\n`,
  )
}

export interface JournalSummary {
  entries: number
  withheld: number
  head: string
  /** The newest entries of this case or of the workspace as a whole, oldest first. */
  shown: { seq: number; time: number; actor: string; action: string; hash: string }[]
}
const SHOWN = 60

/**
 * provenance/journal.jsonl: the whole chain, because only a whole chain can be checked. Payloads of other cases, and
 * with pseudonyms all payloads, are null: such an entry's own hash cannot be recomputed, its place in the chain can.
 */
export async function writeJournal(scope: Scope, bag: BagWriter, pace: Pace): Promise<JournalSummary> {
  const file = await bag.file('provenance/journal.jsonl')
  const caseOfNote = scope.db.prepare('SELECT case_id FROM note WHERE id = ?').pluck()
  const caseOfItem = scope.db.prepare('SELECT case_id FROM case_item WHERE id = ?').pluck()
  const caseOfStory = scope.db.prepare('SELECT case_id FROM story WHERE id = ?').pluck()
  const result: JournalSummary = { entries: 0, withheld: 0, head: '0'.repeat(64), shown: [] }
  const rows = scope.db.prepare('SELECT * FROM journal ORDER BY seq').iterate() as Iterable<JournalEntry>
  for (const row of rows) {
    const cases = casesOf(row, {
      note: (id) => caseOfNote.get(id),
      item: (id) => caseOfItem.get(id),
      story: (id) => caseOfStory.get(id),
    })
    const elsewhere = cases.length > 0 && !cases.includes(scope.case.id)
    const withheld = scope.names.pseudonyms || elsewhere
    const entry = { ...row, payload: withheld ? null : row.payload }
    await file.write(`${canonicalJson(entry)}\n`)
    result.entries++
    result.head = row.hash
    if (withheld) result.withheld++
    if (!elsewhere) {
      const { seq, time, actor, action, hash } = row
      result.shown.push({ seq, time, actor, action, hash })
      if (result.shown.length > SHOWN) result.shown.shift()
    }
    if (result.entries % 500 === 0) await pace.checkpoint()
  }
  await file.close()
  return result
}

/** The case of a story that belongs to none: no pack's. */
const NO_CASE = -1

/** The cases that a journal entry is about; none for what concerns the workspace. */
function casesOf(
  row: JournalEntry,
  caseOf: Record<'note' | 'item' | 'story', (id: number) => unknown>,
): number[] {
  if (!row.action.startsWith('judge.')) return []
  const payload = JSON.parse(row.payload) as {
    case?: unknown
    story?: unknown
    changes?: { table: string; id: number }[]
  }
  const found = new Set<unknown>([payload.case])
  // What a story tells may be of anything in the workspace.
  if (typeof payload.story === 'number') found.add(caseOf.story(payload.story) ?? NO_CASE)
  for (const change of payload.changes ?? []) {
    if (change.table === 'case_file') found.add(change.id)
    if (change.table === 'case_item') found.add(caseOf.item(change.id))
    if (change.table === 'note') found.add(caseOf.note(change.id))
    if (change.table === 'story') found.add(caseOf.story(change.id) ?? NO_CASE)
  }
  return [...found].filter((id) => typeof id === 'number')
}

export interface ModelNote {
  name: string
  sha256: string
  trainedOn: 'simulated' | 'public' | 'workspace' | null
  version: string | null
  description: string | null
  /** 'copied': card and description are in the pack. 'changed': the model in the app is another one now. */
  state: 'copied' | 'changed' | 'missing'
}
const manifest = z.object({
  sha256: z.string(),
  version: z.string().nullish(),
  description: z.string().nullish(),
  trained_on: z.enum(['simulated', 'public', 'workspace']).nullish().catch(null),
  file: z.string().default('model.onnx'),
  card: z.string().default('card.md'),
})

/**
 * models/<name>/: the card and description of each model that a cited run used, if it is still that model. Models that
 * were trained in the workspace or brought to it are looked for there, those that ship in `modelsDir`.
 */
export async function writeModels(
  scope: Scope,
  bag: BagWriter,
  modelsDir: string,
  pace: Pace,
): Promise<ModelNote[]> {
  const notes: ModelNote[] = []
  const seen = new Set<string>()
  for (const run of scope.runs) {
    const { model_name: name, model_sha256: sha256 } = run
    if (name === null || sha256 === null || seen.has(`${name} ${sha256}`)) continue
    seen.add(`${name} ${sha256}`)
    const missing: ModelNote = {
      name,
      sha256,
      trainedOn: null,
      version: null,
      description: null,
      state: 'missing',
    }
    notes.push(missing)
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) continue
    try {
      const own = join(scope.workspace, MODELS_DIR, name)
      const folder = existsSync(own) ? own : join(modelsDir, name)
      const text = await readFile(join(folder, 'model.json'), 'utf8')
      const said = manifest.parse(JSON.parse(text))
      if ((await hashFile(join(folder, said.file), pace)) !== sha256) {
        missing.state = 'changed'
        continue
      }
      Object.assign(missing, {
        trainedOn: said.trained_on ?? null,
        version: said.version ?? null,
        description: said.description ?? null,
        state: 'copied',
      })
      const card = await readFile(join(folder, said.card), 'utf8').catch(() => null)
      await bag.put(`models/${name}/model.json`, text)
      if (card !== null) await bag.put(`models/${name}/card.md`, card)
    } catch (error) {
      if (bagFailed(error)) throw error
    }
    await pace.checkpoint()
  }
  return notes
}

/** A missing or odd model is said in the report; anything about writing the pack is a failure. */
const bagFailed = (error: unknown): boolean => {
  const code = (error as { code?: string } | null)?.code
  return !(
    error instanceof SyntaxError ||
    error instanceof z.ZodError ||
    code === 'ENOENT' ||
    code === 'EACCES'
  )
}

export async function hashFile(path: string, pace: Pace): Promise<string> {
  const hash = createHash('sha256')
  for await (const block of createReadStream(path, { highWaterMark: 1 << 18 })) {
    hash.update(block as Buffer)
    await pace.checkpoint()
  }
  return hash.digest('hex')
}
