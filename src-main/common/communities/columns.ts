import type { Grade, LineageKind } from '../contract/communities.ts'

/**
 * What tables say of every community of a run, read into columns by community id. Core reads them where it has to, the
 * explorer's engine for everybody else; both by these statements.
 */

/** Runs a statement and gives each row as an array. */
export type EachRow = (sql: string, params: unknown[], use: (row: never[]) => void) => void

/** Which of the earlier run's words stand for which code; NO_WORD: none. */
export const GRADES: readonly Grade[] = ['A', 'B', 'C', 'D']
export const FATES: readonly LineageKind[] = ['born', 'same', 'grown', 'shrunk', 'split', 'merged', 'gone']
/** The statistics that surprise rests on (compute/trust/null-model.ts). */
export const SURPRISING = ['age_spread', 'registration_burst', 'entity_sharing', 'label_malicious'] as const
export const NO_WORD = 255

/** What the trust and lineage runs say; NaN where it was not measured or the data answer nothing. */
export interface TrustCodes {
  stability: Float32Array
  bySeed: Float32Array
  byEdges: Float32Array
  core: Uint32Array
  /** Index into GRADES. */
  grade: Uint8Array
  surprise: Float32Array
  surpriseQ: Float32Array
  /** Index into SURPRISING. */
  surpriseBy: Uint8Array
  /** Index into FATES. */
  fate: Uint8Array
}

export interface CommunitySizes {
  size: Uint32Array
  internalWeight: Float64Array
  boundaryWeight: Float64Array
  conductance: Float32Array
}

export function readSizes(each: EachRow, run: number, count: number): CommunitySizes {
  const columns: CommunitySizes = {
    size: new Uint32Array(count),
    internalWeight: new Float64Array(count),
    boundaryWeight: new Float64Array(count),
    conductance: new Float32Array(count),
  }
  each(
    'SELECT id, size, internal_weight, boundary_weight, conductance FROM community WHERE run_id = ?',
    [run],
    ([id, size, internal, boundary, conductance]) => {
      columns.size[id!] = size!
      columns.internalWeight[id!] = internal!
      columns.boundaryWeight[id!] = boundary!
      columns.conductance[id!] = conductance!
    },
  )
  return columns
}

/** Where a layout puts the communities. */
export interface CommunityPlaces {
  x: Float32Array
  y: Float32Array
  radius: Float32Array
}

export function readCommunityPlaces(each: EachRow, layoutRun: number, count: number): CommunityPlaces {
  const places: CommunityPlaces = {
    x: new Float32Array(count),
    y: new Float32Array(count),
    radius: new Float32Array(count),
  }
  each(
    'SELECT community_id, x, y, radius FROM community_place WHERE run_id = ?',
    [layoutRun],
    ([id, x, y, radius]) => {
      places.x[id!] = x!
      places.y[id!] = y!
      places.radius[id!] = radius!
    },
  )
  return places
}

export const nameOfStatistic = (statistic: string): string => statistic.split('@')[0]!

export function readTrust(
  each: EachRow,
  runs: { trust: number | null; lineage: number | null },
  count: number,
): TrustCodes {
  const columns: TrustCodes = {
    stability: new Float32Array(count).fill(NaN),
    bySeed: new Float32Array(count).fill(NaN),
    byEdges: new Float32Array(count).fill(NaN),
    core: new Uint32Array(count),
    grade: new Uint8Array(count).fill(NO_WORD),
    surprise: new Float32Array(count).fill(NaN),
    surpriseQ: new Float32Array(count).fill(NaN),
    surpriseBy: new Uint8Array(count).fill(NO_WORD),
    fate: new Uint8Array(count).fill(NO_WORD),
  }
  if (runs.trust !== null) readStability(each, runs.trust, columns)
  if (runs.lineage !== null) {
    const merged = FATES.indexOf('merged')
    each(
      'SELECT later_id, kind FROM community_lineage WHERE run_id = ? AND later_id IS NOT NULL',
      [runs.lineage],
      ([id, kind]) => {
        // A part of a split that is also a merger says the merger.
        if (columns.fate[id!] !== merged) columns.fate[id!] = FATES.indexOf(kind!)
      },
    )
  }
  return columns
}

function readStability(each: EachRow, runId: number, columns: TrustCodes): void {
  each(
    'SELECT community_id, stability, by_seed, by_edges, grade, core FROM community_stability WHERE run_id = ?',
    [runId],
    ([id, mean, bySeed, byEdges, grade, core]) => {
      columns.stability[id!] = mean!
      columns.bySeed[id!] = bySeed!
      columns.byEdges[id!] = byEdges!
      columns.grade[id!] = GRADES.indexOf(grade!)
      columns.core[id!] = core!
    },
  )
  const least = new Float64Array(columns.stability.length).fill(2)
  each(
    `SELECT community_id, statistic, observed, p, q FROM community_test WHERE run_id = ?
       AND (statistic = 'surprise' OR ${SURPRISING.map((name) => `statistic GLOB '${name}*'`).join(' OR ')})`,
    [runId],
    ([id, statistic, observed, p, q]) => {
      if (statistic === 'surprise') {
        columns.surprise[id!] = observed!
        columns.surpriseQ[id!] = q!
        return
      }
      const by = (SURPRISING as readonly string[]).indexOf(nameOfStatistic(statistic!))
      if (p! >= least[id!]! || by < 0) return
      least[id!] = p!
      columns.surpriseBy[id!] = by
    },
  )
}
