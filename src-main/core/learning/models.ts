import type { Database } from 'better-sqlite3'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelRow } from '../../common/contract/learning.ts'
import { ShoalError } from '../../common/errors.ts'
import { getSetting, newestRuns, setSetting } from '../workspace/queries.ts'

/** Where a workspace keeps the models that were trained in it or brought to it. */
export const MODELS_DIR = 'models'
/** The id of the model that ships with the app. */
export const SHIPPED = 0
const SHIPPED_FOLDER = 'account-gnn'
/** Setting: id of the model that analyses score with; absent: the shipped one. */
const CHOSEN = 'scoring_model'

interface ModelRecord {
  id: number
  name: string
  version: string
  origin: 'trained' | 'imported'
  kind: ModelRow['kind']
  folder: string
  sha256: string
  scorer: string | null
  training_run_id: number | null
  added_at: number
  added_by: string
  stats: string | null
}

const optionalNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

/** The shipped model first, then the workspace's own, newest first. */
export function listModels(db: Database, workspace: string, modelsDir: string): ModelRow[] {
  const shownHash = db
    .prepare('SELECT model_sha256 FROM run WHERE id = ?')
    .pluck()
    .get(newestRuns(db).scores ?? -1) as string | null | undefined
  const records = db
    .prepare(
      `SELECT m.*, r.stats FROM model m LEFT JOIN run r ON r.id = m.training_run_id
       WHERE m.removed_at IS NULL ORDER BY m.id DESC`,
    )
    .all() as ModelRecord[]
  // A folder that was brought twice is one file under two ids: the one that was chosen is meant.
  const same = records.filter((record) => record.sha256 === shownHash)
  const chosen = getSetting(db, CHOSEN) as number | null
  const usedId = (same.find((record) => record.id === chosen) ?? same[0])?.id
  const own = records.map((record): ModelRow => {
    const stats = JSON.parse(record.stats ?? '{}') as Record<string, unknown>
    const folder = join(workspace, MODELS_DIR, record.folder)
    const manifest = readManifest(folder)
    const inner = (stats['inner'] ?? {}) as Record<string, unknown>
    return {
      id: record.id,
      name: record.name,
      version: record.version,
      origin: record.origin,
      kind: record.kind,
      folder,
      sha256: record.sha256,
      scorer: record.scorer,
      trainingRunId: record.training_run_id,
      trainedOn: String(manifest?.['trained_on'] ?? (record.origin === 'trained' ? 'workspace' : '')),
      malicious: optionalNumber(stats['malicious']),
      benign: optionalNumber(stats['benign']),
      auroc: optionalNumber(inner['auroc']),
      auprc: optionalNumber(inner['auprc']),
      threshold: optionalNumber(manifest?.['threshold']),
      addedAt: record.added_at,
      addedBy: record.added_by,
      used: record.id === usedId,
      missing: manifest === null,
    }
  })
  return [shippedModel(modelsDir, shownHash), ...own]
}

function shippedModel(modelsDir: string, shownHash: string | null | undefined): ModelRow {
  const folder = join(modelsDir, SHIPPED_FOLDER)
  const manifest = readManifest(folder) ?? {}
  return {
    id: SHIPPED,
    name: SHIPPED_FOLDER,
    version: String(manifest['version'] ?? ''),
    origin: 'shipped',
    kind: 'account_gnn',
    folder,
    sha256: String(manifest['sha256'] ?? ''),
    scorer: null,
    trainingRunId: null,
    trainedOn: String(manifest['trained_on'] ?? ''),
    malicious: null,
    benign: null,
    auroc: null,
    auprc: null,
    threshold: optionalNumber(manifest['threshold']),
    addedAt: null,
    addedBy: null,
    used: manifest['sha256'] === shownHash,
    missing: manifest['sha256'] === undefined,
  }
}

function readManifest(folder: string): Record<string, unknown> | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
  } catch {
    return null // scoring with it says what is wrong; a list must not fail over it
  }
}

/** Throws not_found for an id that isn't in the list. */
export function modelById(db: Database, workspace: string, modelsDir: string, id: number): ModelRow {
  const found = listModels(db, workspace, modelsDir).find((model) => model.id === id)
  if (!found) throw new ShoalError('not_found', `There is no model ${id} in this workspace.`)
  return found
}

/** The text of a model's card, or a sentence that there is none. */
export function cardOf(model: ModelRow): string {
  const file = join(model.folder, 'card.md')
  if (!existsSync(file))
    throw new ShoalError('not_found', `${model.name} has no card.md in its folder ${model.folder}.`)
  return readFileSync(file, 'utf8')
}

/** A folder name that is free: `<base>-<k>`. */
export function freeFolder(db: Database, workspace: string, base: string): string {
  const dir = join(workspace, MODELS_DIR)
  mkdirSync(dir, { recursive: true })
  const taken = new Set(db.prepare('SELECT folder FROM model').pluck().all() as string[])
  for (let k = 1; ; k++) {
    const folder = `${base}-${k}`
    if (!taken.has(folder) && !existsSync(join(dir, folder))) return folder
  }
}

/** Folder of the model that analyses score with; null for the shipped one, also where the chosen one is gone. */
export function scoringFolder(db: Database, workspace: string): string | null {
  const id = getSetting(db, CHOSEN) as number | null
  const folder = db
    .prepare('SELECT folder FROM model WHERE id = ? AND removed_at IS NULL')
    .pluck()
    .get(id ?? -1) as string | undefined
  if (folder === undefined) return null
  const path = join(workspace, MODELS_DIR, folder)
  return existsSync(join(path, 'model.json')) ? path : null
}

/** The chosen model's name where its folder is gone: analyses then use the shipped one, and that must be said. */
export function missingModel(db: Database, workspace: string): string | null {
  const id = getSetting(db, CHOSEN) as number | null
  const folder = db
    .prepare('SELECT folder FROM model WHERE id = ? AND removed_at IS NULL')
    .pluck()
    .get(id ?? -1) as string | undefined
  return folder === undefined || existsSync(join(workspace, MODELS_DIR, folder, 'model.json')) ? null : folder
}

export function chooseModel(db: Database, id: number): void {
  setSetting(db, CHOSEN, id === SHIPPED ? null : id)
}

/** Newest model that this scorer trained here, for taking its choices over. */
export function newestTrained(db: Database, workspace: string, scorer: string): string | null {
  const folders = db
    .prepare(
      `SELECT folder FROM model WHERE scorer = ? AND origin = 'trained' AND removed_at IS NULL ORDER BY id DESC`,
    )
    .pluck()
    .all(scorer) as string[]
  const there = folders.map((folder) => join(workspace, MODELS_DIR, folder))
  return there.find((folder) => existsSync(join(folder, 'model.json'))) ?? null
}

/** Removes what a killed training or import left half written. */
export function sweepModels(workspace: string): void {
  const dir = join(workspace, MODELS_DIR)
  if (!existsSync(dir)) return
  for (const name of readdirSync(dir))
    if (name.endsWith('.part')) rmSync(join(dir, name), { recursive: true, force: true })
}
