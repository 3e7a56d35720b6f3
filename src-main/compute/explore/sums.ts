import { hash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import {
  readCommunityPlaces,
  readSizes,
  readTrust,
  type EachRow,
  type TrustCodes,
} from '../../common/communities/columns.ts'
import type { CommunityColumns, ExploreRuns } from '../../common/contract/compute-explore.ts'
import type { Pace } from '../../common/pace.ts'
import { NO_ROW, type AccountColumns } from './accounts.ts'
import { add, emptySet, has } from './bitset.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import type { RunColumns } from './runs.ts'

type MemberSums = Omit<
  CommunityColumns,
  'size' | 'internalWeight' | 'boundaryWeight' | 'conductance' | 'x' | 'y' | 'radius'
>
interface Where {
  db: Database
  workspace: string
  key: string
}

const eachOf =
  (db: Database): EachRow =>
  (sql, params, use) => {
    for (const row of db
      .prepare(sql)
      .raw()
      .iterate(...params))
      use(row as never[])
  }

/** The score from which a scores run calls an account flagged; null where it says none. */
export function thresholdOf(db: Database, scores: number | undefined): number | null {
  const value = db
    .prepare(`SELECT stats ->> '$.threshold' FROM run WHERE id = ?`)
    .pluck()
    .get(scores ?? -1)
  return typeof value === 'number' ? value : null
}

/** What is known of each community: from its file, or from the tables and the members' columns and then to the file. */
export async function loadSums(
  { db, workspace, key }: Where,
  runs: ExploreRuns,
  held: () => Promise<{ accounts: AccountColumns; columns: RunColumns }>,
  threshold: number | null,
  pace: Pace,
): Promise<CommunityColumns> {
  const kept = { workspace, group: 'sums', key, keep: 3 }
  const file = await readColumns<{ threshold: number | null }>(pathOf(kept), pace)
  if (file && file.meta.threshold === threshold) return file.columns as never as CommunityColumns
  const { accounts, columns } = await held()
  const each = eachOf(db)
  const made: CommunityColumns = {
    ...readSizes(each, runs.communities ?? -1, columns.communities),
    ...readCommunityPlaces(each, runs.layout ?? -1, columns.communities),
    ...sumMembers(accounts, columns, threshold),
  }
  await keepColumns(kept, { meta: { threshold }, columns: { ...made } }, pace)
  return made
}

/** What the trust and lineage runs say of each community: from its file, or from the tables and then to the file. */
export async function loadTrust(
  { db, workspace, key }: Where,
  runs: { trust: number | null; lineage: number | null },
  count: number,
  pace: Pace,
): Promise<TrustCodes> {
  const name = hash('sha256', JSON.stringify([key, runs.trust, runs.lineage])).slice(0, 24)
  const kept = { workspace, group: 'trust', key: name, keep: 3 }
  const file = await readColumns<null>(pathOf(kept), pace)
  if (file) return file.columns as never as TrustCodes
  const made = readTrust(eachOf(db), runs, count)
  await keepColumns(kept, { meta: null, columns: { ...made } }, pace)
  return made
}

/** What the members of each community add up to. `threshold`: scores from there on are flagged; null: none is. */
function sumMembers(
  accounts: AccountColumns,
  { community, communities: count, score }: RunColumns,
  threshold: number | null,
): MemberSums {
  const columns: MemberSums = {
    meanScore: new Float32Array(count).fill(NaN),
    maxScore: new Float32Array(count).fill(NaN),
    flagged: new Uint32Array(count),
    labelledMalicious: new Uint32Array(count),
    labelledBenign: new Uint32Array(count),
    reports: new Uint32Array(count),
    registeredFrom: new Float64Array(count).fill(NaN),
    registeredTo: new Float64Array(count).fill(NaN),
  }
  const sums = new Float64Array(count)
  const scored = new Uint32Array(count)
  const registered = (c: number, time: number) => {
    if (Number.isNaN(time)) return
    if (!(columns.registeredFrom[c] <= time)) columns.registeredFrom[c] = time
    if (!(columns.registeredTo[c] >= time)) columns.registeredTo[c] = time
  }
  for (let r = 0; r < accounts.n; r++) {
    const c = community[r]
    if (c === NO_ROW) continue
    columns.reports[c] += accounts.reports[r]
    registered(c, accounts.registered[r])
    if (Number.isNaN(score[r])) continue
    sums[c] += score[r]
    scored[c]++
    if (threshold !== null && score[r] >= threshold) columns.flagged[c]++
    if (!(columns.maxScore[c] >= score[r])) columns.maxScore[c] = score[r]
  }
  for (let c = 0; c < count; c++) if (scored[c] > 0) columns.meanScore[c] = sums[c] / scored[c]
  for (let i = 0; i < accounts.otherRow.length; i++) {
    const c = community[accounts.otherRow[i]]
    if (c !== NO_ROW) registered(c, accounts.otherRegistered[i])
  }
  for (const [word, column] of [
    ['malicious', columns.labelledMalicious],
    ['benign', columns.labelledBenign],
  ] as const) {
    const code = accounts.labels.indexOf(word)
    const seen = emptySet(accounts.n)
    for (let i = 0; i < accounts.labelRow.length; i++) {
      const r = accounts.labelRow[i]
      if (accounts.labelCode[i] !== code || community[r] === NO_ROW || has(seen, r)) continue
      add(seen, r)
      column[community[r]]++
    }
  }
  return columns
}
