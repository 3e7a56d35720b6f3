import type { Protocol } from '../../../common/contract/lab.ts'
import { LEAST_LABELS } from '../../../common/contract/learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import { Random } from '../../communities/random.ts'
import type { ComputeContext } from '../../context.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { noLabels, type TrainingLabels } from '../../store/labels.ts'
import { communitySplits } from './splits-community.ts'
import { timeSplits } from './splits-time.ts'

/** Which labelled accounts a scorer learns from and which it is tested on; the rest of them stays unlabelled. */
export interface Split {
  readonly name: string
  /** Positions in the labelled accounts, ascending. */
  readonly train: Uint32Array
  readonly test: Uint32Array
  /** Facts dated later (ms) are not to be seen; absent: all are. */
  readonly asOf?: number
  /** For the scorer that runs on this split. */
  readonly seed: number
}

export interface SplitPlan {
  readonly splits: readonly Split[]
  /** As notes and evidence packs cite it: 'stratified 40/40, seeds 1-5'. */
  readonly text: string
  /** What was left out and why, in sentences. */
  readonly notes: readonly string[]
}

/** The splits of a protocol. Throws invalid_input that says what is missing; see planSplits. */
export async function makeSplits(
  ctx: ComputeContext,
  graph: AccountGraph,
  labelled: TrainingLabels,
  protocol: Protocol,
  seed: number,
): Promise<readonly Split[]> {
  return (await planSplits(ctx, graph, labelled, protocol, seed)).splits
}

/**
 * The splits of a protocol with their name and what had to be left out. Every split has both classes on both sides.
 * Deterministic for the seed. Throws invalid_input where there are no labels, one class, or the protocol needs what
 * the facts do not have.
 */
export async function planSplits(
  ctx: ComputeContext,
  graph: AccountGraph,
  labelled: TrainingLabels,
  protocol: Protocol,
  seed: number,
): Promise<SplitPlan> {
  requireBothClasses(ctx, labelled.y)
  switch (protocol.kind) {
    case 'stratified':
    case 'random':
      return drawnSplits(labelled.y, protocol, seed)
    case 'time':
      return timeSplits(ctx, graph.accountIds, labelled, protocol, seed)
    case 'community':
      return communitySplits(ctx, graph, labelled, protocol, seed)
    case 'splits':
      return givenSplits(ctx, graph, labelled, protocol, seed)
  }
}

/** Malicious accounts among those at these positions. */
export function positives(y: Uint8Array, at: Uint32Array): number {
  let sum = 0
  for (const i of at) sum += y[i]
  return sum
}

export const hasBoth = (y: Uint8Array, at: Uint32Array): boolean => {
  const bad = positives(y, at)
  return bad > 0 && bad < at.length
}

export const trainable = (y: Uint8Array, at: Uint32Array): boolean => {
  const bad = positives(y, at)
  return bad >= LEAST_LABELS && at.length - bad >= LEAST_LABELS
}

function requireBothClasses(ctx: Pick<ComputeContext, 'db'>, y: Uint8Array): void {
  if (y.length === 0) throw new ShoalError('invalid_input', noLabels(ctx))
  const bad = y.reduce((sum, value) => sum + value, 0)
  if (bad === 0 || bad === y.length)
    throw new ShoalError(
      'invalid_input',
      `All ${y.length} labelled accounts are ${bad === 0 ? 'benign' : 'malicious'}. Both malicious and benign ones are needed.`,
    )
}

const percent = (share: number): string => String(Math.round(share * 100))

/** Accounts drawn at random for each seed: class by class (stratified) or all together. */
function drawnSplits(
  y: Uint8Array,
  protocol: Extract<Protocol, { kind: 'stratified' | 'random' }>,
  seed: number,
): SplitPlan {
  const { kind, train, test, seeds } = protocol
  if (train + test > 1 + 1e-9)
    throw new ShoalError(
      'invalid_input',
      `Training on ${train} and testing on ${test} of the labels is more than there are. Together at most 1.`,
    )
  const classes = kind === 'stratified' ? [1, 0] : [null]
  const splits: Split[] = []
  for (let s = seed; s < seed + seeds; s++) {
    const random = new Random(s)
    const parts: { train: number[]; test: number[] } = { train: [], test: [] }
    for (const label of classes) {
      const members: number[] = []
      for (let i = 0; i < y.length; i++) if (label === null || y[i] === label) members.push(i)
      const order = random.permutation(members.length)
      const first = Math.max(1, Math.round(train * members.length))
      // Where train and test are everything, rounding leaves nobody out.
      const last =
        train + test > 1 - 1e-9
          ? members.length
          : Math.min(members.length, first + Math.max(1, Math.round(test * members.length)))
      for (let k = 0; k < last; k++) (k < first ? parts.train : parts.test).push(members[order[k]])
    }
    const split = {
      name: `seed ${s}`,
      train: Uint32Array.from(parts.train).sort(),
      test: Uint32Array.from(parts.test).sort(),
      seed: s,
    }
    for (const [side, at] of [
      ['train', split.train],
      ['test', split.test],
    ] as const)
      if (!hasBoth(y, at)) throw oneSided(split.name, side, y, at)
    splits.push(split)
  }
  const last = seed + seeds - 1
  return {
    splits,
    text: `${kind} ${percent(train)}/${percent(test)}, ${seeds === 1 ? `seed ${seed}` : `seeds ${seed}-${last}`}`,
    notes: [],
  }
}

function oneSided(name: string, side: 'train' | 'test', y: Uint8Array, at: Uint32Array): ShoalError {
  const bad = positives(y, at)
  return new ShoalError(
    'invalid_input',
    `Split ${name} has ${bad} malicious and ${at.length - bad} benign accounts to ${side} ${side === 'train' ? 'on' : 'with'}; both are needed. Label more accounts, or choose other shares.`,
  )
}

/** Splits that a file names by accounts' keys. Keys without an account or a label are left out and told of. */
function givenSplits(
  ctx: Pick<ComputeContext, 'db'>,
  graph: AccountGraph,
  labelled: TrainingLabels,
  protocol: Extract<Protocol, { kind: 'splits' }>,
  seed: number,
): SplitPlan {
  const where = new Map<number, number>()
  labelled.nodes.forEach((u, i) => where.set(graph.accountIds[u], i))
  const accountOf = new Map<string, number>()
  const rows = ctx.db.prepare('SELECT key, id FROM ready_account').raw().iterate() as IterableIterator<
    [string, number]
  >
  for (const [key, id] of rows) accountOf.set(key, id)
  const unknown = new Set<string>()
  const unlabelled = new Set<string>()
  const places = (keys: readonly string[]): Uint32Array => {
    const found = new Set<number>()
    for (const key of keys) {
      const account = accountOf.get(key)
      const at = account === undefined ? undefined : where.get(account)
      if (at !== undefined) found.add(at)
      else (account === undefined ? unknown : unlabelled).add(key)
    }
    return Uint32Array.from(found).sort()
  }
  const file = protocol.file === '' ? 'the file' : protocol.file
  const splits = protocol.splits.map(({ name, train, test }, k): Split => {
    const split = { name, train: places(train), test: places(test), seed: seed + k }
    const both = new Set(split.train)
    for (const i of split.test)
      if (both.has(i))
        throw new ShoalError(
          'invalid_input',
          `Split ${name} of ${file} has an account both to train on and to test with: ${keyOf(ctx, graph.accountIds[labelled.nodes[i]])}.`,
        )
    for (const [side, at] of [
      ['train', split.train],
      ['test', split.test],
    ] as const) {
      if (hasBoth(labelled.y, at)) continue
      const bad = positives(labelled.y, at)
      const hint = unknown.size > 0 ? ` ${unknown.size} keys of it are no accounts (${some(unknown)}).` : ''
      throw new ShoalError(
        'invalid_input',
        `Split ${name} of ${file} has ${bad} malicious and ${at.length - bad} benign labelled accounts marked ${side}; both are needed.${hint}`,
      )
    }
    return split
  })
  const notes: string[] = []
  if (unknown.size > 0)
    notes.push(`${unknown.size} keys of ${file} are no accounts here and were left out: ${some(unknown)}.`)
  if (unlabelled.size > 0)
    notes.push(
      `${unlabelled.size} accounts of ${file} have no malicious or benign label and were left out: ${some(unlabelled)}.`,
    )
  return {
    splits,
    text: `${splits.length === 1 ? 'one split' : `${splits.length} splits`} of ${file}`,
    notes,
  }
}

const some = (keys: ReadonlySet<string>): string =>
  [...keys].slice(0, 5).join(', ') + (keys.size > 5 ? ', …' : '')

const keyOf = (ctx: Pick<ComputeContext, 'db'>, account: number): string =>
  String(ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(account))
