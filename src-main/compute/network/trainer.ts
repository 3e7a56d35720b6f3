import type { Pace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import type { HeadEngine } from './engine.ts'
import type { GatedNetworkParams } from './params.ts'
import { initialParameters } from './shape.ts'

/** What training a head came to. */
export interface TrainedHead {
  readonly parameters: Float32Array
  /** Passes over the labels, and the pass whose parameters were kept. */
  readonly epochs: number
  readonly kept: number
  /** Mean loss on the validation part, null without one. */
  readonly loss: number | null
}

/** Fewer labels of one class than this leave none for validation. */
const LEAST_FOR_VALIDATION = 10
/** A head does without at most a fifth of the labels, however few heads there are. */
const LEAST_PARTS = 5
/** Share of `epochs` that is made where nothing says when to stop. */
const BLIND_SHARE = 1 / 3
/** Steps over which the learning rate rises at the start. */
const WARM_UP = 20

/**
 * Splits rows into `folds` parts (at least five) that have each class alike; -1 everywhere where the rarer class has too few rows.
 */
export function validationFolds(y: Uint8Array, folds: number, random: Random): Int32Array {
  const out = new Int32Array(y.length).fill(-1)
  let positive = 0
  for (const v of y) positive += v
  const parts = Math.max(folds, LEAST_PARTS)
  if (Math.min(positive, y.length - positive) < LEAST_FOR_VALIDATION) return out
  let next = [0, random.int(parts)]
  for (const i of random.permutation(y.length)) {
    out[i] = next[y[i]] % parts
    next[y[i]]++
  }
  return out
}

/**
 * Trains one head from new parameters on the engine's rows: mini-batches in random order, AdamW, cosine decay of the
 * rate after a warm-up, early stopping by the loss on the rows of fold `fold`, which it does not train on. Keeps the
 * parameters of the best pass. Deterministic for `random`.
 */
export async function trainHead(
  engine: HeadEngine,
  folds: Int32Array,
  fold: number,
  params: GatedNetworkParams,
  random: Random,
  pace: Pace,
  onEpoch: (epoch: number, most: number) => void,
): Promise<TrainedHead> {
  const rows = folds.length
  const held = Uint32Array.from(folds.keys()).filter((i) => folds[i] === fold)
  const taught = Uint32Array.from(folds.keys()).filter((i) => folds[i] !== fold || fold < 0)
  const validated = fold >= 0 && held.length > 0
  engine.restart(initialParameters(engine.shape, prior(engine, taught), random), [
    random.u32() | 1,
    random.u32() | 1,
    random.u32() | 1,
    random.u32() | 1,
  ])
  const capped = Math.max(1, Math.min(params.epochs, Math.floor(params.rowsSeen / rows)))
  const most = validated || !params.validate ? capped : Math.max(1, Math.round(capped * BLIND_SHARE))
  const batch = Math.min(engine.batch, params.batch, taught.length)
  const perEpoch = Math.ceil(taught.length / batch)
  let best = Infinity
  let kept = most
  let parameters: Float32Array | null = null
  let step = 0
  let epoch = 0
  while (epoch < most) {
    const order = random.permutation(taught.length)
    for (let from = 0; from < order.length; from += batch) {
      const part = order.subarray(from, from + batch).map((i) => taught[i])
      const rate =
        params.rate *
        Math.min(1, (step + 1) / WARM_UP) *
        (0.5 + 0.5 * Math.cos((Math.PI * step) / (most * perEpoch)))
      engine.step(part, rate, params.decay, params.dropout, params.inputDropout)
      step++
      await pace.checkpoint()
    }
    epoch++
    onEpoch(epoch, most)
    if (!validated) continue
    const loss = await heldLoss(engine, held, pace)
    if (loss < best) {
      best = loss
      kept = epoch
      parameters = engine.parameters.slice()
    } else if (epoch - kept >= params.patience) break
  }
  return {
    parameters: parameters ?? engine.parameters.slice(),
    epochs: epoch,
    kept,
    loss: validated ? best : null,
  }
}

/** Log-odds of the taught rows by weight, at most ±4: where the margin starts. */
function prior(engine: HeadEngine, rows: Uint32Array): number {
  let positive = 0
  let all = 0
  for (const i of rows) {
    positive += engine.targets[i] * engine.weights[i]
    all += engine.weights[i]
  }
  const share = positive / all
  return Math.min(4, Math.max(-4, Math.log(share / (1 - share))))
}

async function heldLoss(engine: HeadEngine, held: Uint32Array, pace: Pace): Promise<number> {
  let total = 0
  let weight = 0
  for (let from = 0; from < held.length; from += engine.batch) {
    const part = held.subarray(from, from + engine.batch)
    engine.forwardRows(part)
    for (let i = 0; i < part.length; i++) {
      const m = engine.margins[i]
      const w = engine.weights[part[i]]
      total += w * (Math.max(m, 0) - engine.targets[part[i]] * m + Math.log1p(Math.exp(-Math.abs(m))))
      weight += w
    }
    await pace.checkpoint()
  }
  return total / weight
}
