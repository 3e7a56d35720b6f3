import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { ExploreRuns } from '../../common/contract/compute-explore.ts'
import { readGraphLayout, sectionAt } from '../../common/graph-file.ts'
import type { Pace } from '../../common/pace.ts'
import { DERIVED_DIR } from '../store/open.ts'
import { eachRow, NO_CODE, NO_ROW, row, type AccountColumns } from './accounts.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'

/** What the shown runs say of each account. */
export interface RunColumns {
  /** Place on the map in 65,535 steps of the frame; NO_PLACE both: not placed (imported after the layout). */
  X: Uint16Array
  Y: Uint16Array
  frame: { left: number; top: number; width: number; height: number }
  /** Community id; NO_ROW: none. */
  community: Uint32Array
  communities: number
  /** NaN: not scored. */
  score: Float64Array
  /** Neighbours in the shown graph; NaN where the account isn't in it. */
  degree: Float32Array
  /** Confidence of the membership; NaN: not measured. */
  confidence: Float32Array
  /** Every classified report: account row and index into `classes`. */
  reportRow: Uint32Array
  reportCode: Uint8Array
  /** Most frequent class of the account's reports; NO_CODE: none. */
  reportClass: Uint16Array
  classes: string[]
}
export const NO_PLACE = 0xffff
const STEPS = 0xfffe

interface Meta {
  frame: RunColumns['frame']
  communities: number
  classes: string[]
}

/** Runs are never rewritten, so their numbers within a workspace say what the columns hold. */
export const runsKey = (facts: string, runs: ExploreRuns): string =>
  hash(
    'sha256',
    JSON.stringify([
      facts,
      runs.layout ?? 0,
      runs.communities ?? 0,
      runs.graph ?? 0,
      runs.scores ?? 0,
      runs.trust ?? 0,
      runs.report_classes ?? 0,
    ]),
  ).slice(0, 24)

/** The columns from their file, or from the database and then to the file. */
export async function loadRuns(
  db: Database,
  workspace: string,
  key: string,
  runs: ExploreRuns,
  accounts: AccountColumns,
  pace: Pace,
): Promise<RunColumns> {
  const kept = { workspace, group: 'runs', key, keep: 3 }
  const file = await readColumns<Meta>(pathOf(kept), pace)
  if (file) return { ...(file.columns as never as Omit<RunColumns, keyof Meta>), ...file.meta }
  const { frame, communities, classes, ...columns } = await readRuns(db, workspace, runs, accounts, pace)
  const meta: Meta = { frame, communities, classes }
  await keepColumns(kept, { meta, columns: { ...columns } }, pace)
  return { ...columns, ...meta }
}

async function readRuns(
  db: Database,
  workspace: string,
  runs: ExploreRuns,
  accounts: AccountColumns,
  pace: Pace,
): Promise<RunColumns> {
  const n = accounts.n
  const places = await readPlaces(db, runs.layout, accounts, pace)
  const community = new Uint32Array(n).fill(NO_ROW)
  const score = new Float64Array(n).fill(NaN)
  const confidence = new Float32Array(n).fill(NaN)
  const each = (
    table: string,
    value: string,
    run: number | undefined,
    use: (row: number, value: number) => void,
  ) =>
    run === undefined
      ? null
      : eachRow<[number, number]>(
          db,
          `SELECT account_id, ${value} FROM ${table} WHERE run_id = ? AND account_id > ? ORDER BY account_id LIMIT ?`,
          [run],
          pace,
          ([account, v]) => {
            const r = row(accounts, account)
            if (r !== NO_ROW) use(r, v)
          },
        )
  await each('community_member', 'community_id', runs.communities, (r, v) => (community[r] = v))
  await each('score', 'score', runs.scores, (r, v) => (score[r] = v))
  await each('member_confidence', 'confidence', runs.trust, (r, v) => (confidence[r] = v))
  const communities =
    runs.communities === undefined
      ? 0
      : (db
          .prepare('SELECT count(*) FROM community WHERE run_id = ?')
          .pluck()
          .get(runs.communities) as number)
  return {
    ...places,
    community,
    communities,
    score,
    degree: await readDegrees(db, workspace, runs.graph, accounts),
    confidence,
    ...(await readClasses(db, runs.report_classes, accounts, pace)),
  }
}

async function readPlaces(
  db: Database,
  run: number | undefined,
  accounts: AccountColumns,
  pace: Pace,
): Promise<Pick<RunColumns, 'X' | 'Y' | 'frame'>> {
  const X = new Uint16Array(accounts.n).fill(NO_PLACE)
  const Y = new Uint16Array(accounts.n).fill(NO_PLACE)
  const bounds = db
    .prepare('SELECT min(x), min(y), max(x), max(y) FROM account_place WHERE run_id = ?')
    .raw()
    .get(run ?? -1) as (number | null)[]
  const [left, top, right, bottom] = bounds.map((v) => v ?? 0)
  // 65,534 steps span the places, so that the greatest value stays free for "not placed".
  const width = ((right - left || 1) / STEPS) * 0xffff
  const height = ((bottom - top || 1) / STEPS) * 0xffff
  if (run !== undefined) {
    await eachRow<[number, number, number]>(
      db,
      'SELECT account_id, x, y FROM account_place WHERE run_id = ? AND account_id > ? ORDER BY account_id LIMIT ?',
      [run],
      pace,
      ([account, x, y]) => {
        const r = row(accounts, account)
        if (r === NO_ROW) return
        X[r] = Math.round(((x - left) / width) * 0xffff)
        Y[r] = Math.round(((y - top) / height) * 0xffff)
      },
    )
  }
  return { X, Y, frame: { left, top, width, height } }
}

async function readDegrees(
  db: Database,
  workspace: string,
  run: number | undefined,
  accounts: AccountColumns,
): Promise<Float32Array> {
  const degree = new Float32Array(accounts.n).fill(NaN)
  const name = db
    .prepare('SELECT derived FROM run WHERE id = ?')
    .pluck()
    .get(run ?? -1) as string | null | undefined
  const path = name && join(workspace, DERIVED_DIR, name)
  if (!path || !existsSync(path)) return degree
  const file = await open(path, 'r')
  try {
    const layout = await readGraphLayout(file)
    const words = async (section: string) => {
      const at = sectionAt(layout, section)
      const values = new Uint32Array(at.bytes / 4)
      await file.read(new Uint8Array(values.buffer), 0, at.bytes, at.position)
      return values
    }
    const ids = await words('accountIds')
    const offsets = await words('combined.offsets')
    for (let u = 0; u < ids.length; u++) {
      const r = row(accounts, ids[u])
      if (r !== NO_ROW) degree[r] = offsets[u + 1] - offsets[u]
    }
  } finally {
    await file.close()
  }
  return degree
}

async function readClasses(
  db: Database,
  run: number | undefined,
  accounts: AccountColumns,
  pace: Pace,
): Promise<Pick<RunColumns, 'reportRow' | 'reportCode' | 'reportClass' | 'classes'>> {
  const classes: string[] = []
  const rows: number[] = []
  const codes: number[] = []
  if (run !== undefined) {
    await eachRow<[number, number, string]>(
      db,
      `SELECT c.report_id, r.account_id, c.class FROM report_class c JOIN report r ON r.id = c.report_id
       WHERE c.run_id = ? AND c.report_id > ? ORDER BY c.report_id LIMIT ?`,
      [run],
      pace,
      ([, account, name]) => {
        const r = row(accounts, account)
        if (r === NO_ROW) return
        let code = classes.indexOf(name)
        if (code < 0) code = classes.push(name) - 1
        rows.push(r)
        codes.push(code)
      },
    )
  }
  const k = Math.max(1, classes.length)
  const counts = new Uint32Array(accounts.n * k)
  const reportClass = new Uint16Array(accounts.n).fill(NO_CODE)
  for (let i = 0; i < rows.length; i++) counts[rows[i] * k + codes[i]]++
  for (const r of new Set(rows)) {
    let best = 0
    for (let c = 1; c < k; c++) if (counts[r * k + c] > counts[r * k + best]) best = c
    reportClass[r] = best
  }
  return { reportRow: Uint32Array.from(rows), reportCode: Uint8Array.from(codes), reportClass, classes }
}
