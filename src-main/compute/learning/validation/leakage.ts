import type { FindingLevel, ValidationReport } from '../../../common/contract/lab.ts'
import type { Pace } from '../../../common/pace.ts'
import { Random } from '../../communities/random.ts'
import { auroc } from '../evaluate/metrics.ts'
import { positions, stratifiedFolds, subset } from './folds.ts'
import type { LabelledNodes } from '../types.ts'
import { auprcDrop, skillLost, type Drop } from './compare.ts'
import { columnOf, scoreFolds, testLabels } from './fold-rows.ts'
import { correlation, rankCorrelation, singleFeature } from './single-feature.ts'
import type { Fit, FoldRows, ScoreWith } from './types.ts'

/** Share of what the scorer knows that goes with one fact: from here it carries the result, from there it is it. */
export const CARRIES = 0.25
export const MAKES = 0.5
/** A leak makes a strong result: under this share of the way from the base rate to 1 a loss is a 'warn' at most. */
export const STRONG = 0.4
/** AUROC of one fact alone: from here worth asking, from there too good. */
export const STRONG_ALONE = 0.93
export const TOO_GOOD_ALONE = 0.98
/**
 * Facts are left out together that rank accounts this alike, or that say this alike who is malicious (as when one is
 * missing where the other has a certain value): a leak that is in two columns hides in neither.
 */
const ALIKE = 0.9
const SAYS_ALIKE = 0.85
/** Of each list: best alone, most used by the learner. */
const SUSPECTS = 6

export interface SuspectGroup {
  /** The quantity that the columns derive from. */
  readonly base: string
  readonly family: string
  /** Best of its columns alone. */
  readonly auroc: number
  /** Bases left out with it because they rank accounts alike. */
  readonly with: readonly string[]
  readonly drop: Drop
  readonly level: FindingLevel
}

export interface LeakageFeatures {
  /** Average precision with everything, by the learner of the stress parts. */
  readonly fullAuprc: number
  readonly baseRate: number
  /** Out-of-fold ranks of the test rows in a row, as `testLabels` orders them. */
  readonly full: Float32Array
  readonly groups: readonly SuspectGroup[]
}

/**
 * Which facts make the result: each suspect is left out with all columns that derive from it and the learner trained
 * again. Suspects are the best alone and those that the learner leans on most (`importance`: weight of each column in
 * the first fold's model, any unit). 'labels' (known labels nearby) is always among them, and never called a leak: those
 * columns are computed without the account's own label.
 */
export async function measureFeatures(
  folds: readonly FoldRows[],
  fit: Fit,
  importance: () => Promise<ArrayLike<number>>,
  options: { seed: number },
  pace: Pace,
): Promise<LeakageFeatures> {
  const { y } = testLabels(folds)
  const columns = folds[0].train.columns
  const baseRate = y.reduce((sum, v) => sum + v, 0) / y.length
  const full = await scoreFolds(folds, fit, options, pace)
  const bases = [...new Set(columns.map((c) => c.base))]
  const familyOf = new Map(columns.map((c) => [c.base, c.family as string]))
  const weight = await importance()
  const used = new Map<string, number>()
  columns.forEach((c, k) => used.set(c.base, (used.get(c.base) ?? 0) + weight[k]))
  const alone = new Map<string, number>()
  const own = new Map<string, { values: Float32Array; says: Float32Array; kind: string }>()
  for (const [k, column] of columns.entries()) {
    const values = columnOf(folds[0].train, k)
    const found = singleFeature(folds[0].train.y, values, column.kind, options.seed)
    alone.set(column.base, Math.max(alone.get(column.base) ?? 0, found.auroc))
    if (column.operator === 'own' && !own.has(column.base))
      own.set(column.base, { values, says: found.says, kind: column.kind })
    await pace.checkpoint()
  }
  const top = (by: ReadonlyMap<string, number>) =>
    [...bases].sort((a, b) => (by.get(b) ?? 0) - (by.get(a) ?? 0)).slice(0, SUSPECTS)
  const suspects = [...new Set([...top(used), ...top(alone), ...(familyOf.has('labels') ? ['labels'] : [])])]
  const groups: SuspectGroup[] = []
  for (const [i, base] of suspects.entries()) {
    pace.progress({ phase: 'validate.leakage', done: i, total: suspects.length, unit: 'steps', detail: base })
    const one = own.get(base)
    const alike =
      one === undefined
        ? []
        : [...own].filter(
            ([b, other]) =>
              b !== base &&
              (correlation(one.says, other.says) >= SAYS_ALIKE ||
                (one.kind === 'number' &&
                  other.kind === 'number' &&
                  Math.abs(rankCorrelation(one.values, other.values)) >= ALIKE)),
          )
    const gone = new Set([base, ...alike.map(([b]) => b)])
    const without = await scoreFolds(
      folds,
      fit,
      { seed: options.seed, keep: (column) => !gone.has(column.base) },
      pace,
    )
    const drop = await auprcDrop(y, full, without, { seed: options.seed }, pace)
    const family = familyOf.get(base)!
    const single = alone.get(base) ?? 0.5
    groups.push({
      base,
      family,
      auroc: single,
      with: alike.map(([b]) => b),
      drop,
      level: levelOf(family, single, drop, baseRate),
    })
  }
  groups.sort((a, b) => b.drop.drop - a.drop.drop)
  return { fullAuprc: groups[0]?.drop.with ?? NaN, baseRate, full, groups }
}

/** Rules of docs/validation.md. */
function levelOf(family: string, alone: number, drop: Drop, base: number): FindingLevel {
  const lost = skillLost(drop.with, drop.without, base)
  const surely = drop.low > 0 && skillLost(drop.with, drop.with - drop.low, base) >= CARRIES / 2
  if (family === 'labels') return surely && lost >= CARRIES ? 'info' : 'good'
  const strong = (drop.with - base) / (1 - base) >= STRONG
  if (alone >= TOO_GOOD_ALONE) return 'bad'
  if (surely && lost >= MAKES && strong) return 'bad'
  if (alone >= STRONG_ALONE || (surely && lost >= CARRIES)) return 'warn'
  return 'good'
}

export interface Shuffled {
  readonly auroc: number
  readonly low: number
  readonly high: number
  readonly level: FindingLevel
}

/**
 * Trains on shuffled labels and tests on true ones: chance unless answers reach the scorer some other way. Mean over
 * the permutations with its 95% interval (Student). Each permutation hides another 40% of the labels.
 */
export async function measureShuffled(
  labelled: LabelledNodes,
  scoreWith: ScoreWith,
  options: { permutations: number; seed: number },
  pace: Pace,
): Promise<Shuffled> {
  const found: number[] = []
  for (let p = 0; p < options.permutations; p++) {
    pace.progress({ phase: 'validate.shuffled', done: p, total: options.permutations, unit: 'steps' })
    const seed = options.seed + 1000 * (p + 1)
    const fold = stratifiedFolds(labelled.y, 5, seed)
    const train = subset(
      labelled,
      positions(fold.length, (i) => fold[i] >= 2),
    )
    const order = new Random(seed + 1).permutation(train.y.length)
    const y = Uint8Array.from(order, (i) => train.y[i])
    const all = await scoreWith({ nodes: train.nodes, y }, { seed })
    const test = subset(
      labelled,
      positions(fold.length, (i) => fold[i] < 2),
    )
    found.push(
      auroc(
        test.y,
        Float32Array.from(test.nodes, (u) => all[u]),
      ),
    )
    await pace.checkpoint()
  }
  const mean = found.reduce((a, b) => a + b, 0) / found.length
  const sd = Math.sqrt(found.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, found.length - 1))
  const error = sd / Math.sqrt(found.length)
  const [usual, strict] = student(found.length - 1)
  return {
    auroc: mean,
    low: mean - usual * error,
    high: mean + usual * error,
    // So grave a charge needs more than the usual 95%.
    level: mean > 0.55 && mean - strict * error > 0.5 ? 'bad' : 'good',
  }
}

/** 97.5th and 99.5th percentile of Student's t. */
function student(degrees: number): readonly [number, number] {
  const table = [
    [12.71, 63.66],
    [4.3, 9.92],
    [3.18, 5.84],
    [2.78, 4.6],
    [2.57, 4.03],
    [2.45, 3.71],
    [2.36, 3.5],
    [2.31, 3.36],
    [2.26, 3.25],
    [2.23, 3.17],
  ] as const
  return table[Math.max(1, degrees) - 1] ?? [2, 2.8]
}

export interface AfterLabelFamily {
  readonly family: string
  /** Of the labelled accounts whose label is dated: those with such facts after it. */
  readonly share: number
}
export type AfterLabel = ValidationReport['leakage']['afterLabel'][number] & {
  readonly drop: Drop | null
}

/** Under this share it is as good as none. */
const NEGLIGIBLE = 0.01
/** Part of what the scorer knows that goes with facts from after the label: a trace of a leak, a leak. */
const AFTER_SOME = 0.05
const AFTER_MUCH = 0.2

/**
 * What the result owes to facts dated after the labels: the columns of each family (and what derives from them) are
 * replaced by what was known when the label was given, and the learner trained again. `asOf` answers the same folds
 * with those values; null: that could not be made.
 */
export async function measureAfterLabel(
  folds: readonly FoldRows[],
  full: Float32Array,
  families: readonly AfterLabelFamily[],
  asOf: readonly FoldRows[] | null,
  fit: Fit,
  options: { seed: number },
  pace: Pace,
): Promise<AfterLabel[]> {
  const { y } = testLabels(folds)
  const base = y.reduce((sum, v) => sum + v, 0) / y.length
  const out: AfterLabel[] = []
  for (const { family, share } of families) {
    if (share < NEGLIGIBLE) {
      out.push({ family, share, auprcWithout: null, level: 'good', drop: null })
      continue
    }
    if (asOf === null) {
      out.push({ family, share, auprcWithout: null, level: 'warn', drop: null })
      continue
    }
    const mixed = folds.map((fold, f) => ({
      ...fold,
      train: withFamily(fold.train, asOf[f].train, family),
      test: withFamily(fold.test, asOf[f].test, family),
    }))
    const without = await scoreFolds(mixed, fit, options, pace)
    const drop = await auprcDrop(y, full, without, { seed: options.seed }, pace)
    const lost = skillLost(drop.with, drop.without, base)
    const level = drop.low > 0 && lost >= AFTER_SOME ? (lost >= AFTER_MUCH ? 'bad' : 'warn') : 'info'
    out.push({ family, share, auprcWithout: drop.without, level, drop })
  }
  return out
}

/** `rows` with the columns of a family as `other` has them (by name; missing where it has none). */
function withFamily(rows: FoldRows['train'], other: FoldRows['train'], family: string): FoldRows['train'] {
  const width = rows.columns.length
  const at = new Map(other.columns.map((c, k) => [c.name, k]))
  const x = rows.x.slice()
  for (const [k, column] of rows.columns.entries()) {
    if (column.family !== family) continue
    const from = at.get(column.name)
    for (let r = 0; r < rows.rows; r++)
      x[r * width + k] = from === undefined ? NaN : other.x[r * other.columns.length + from]
  }
  return { ...rows, x }
}
