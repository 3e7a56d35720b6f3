import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { Random } from '../communities/random.ts'
import type { Learner, TrainedMember, TrainingData } from '../learning/types.ts'
import { encodeRows, fitEncoding } from './encode.ts'
import { HeadEngine } from './engine.ts'
import { NetworkMember } from './member.ts'
import { gatedNetworkParams, type GatedNetworkParams } from './params.ts'
import { headShape } from './shape.ts'
import { trainHead, validationFolds, type TrainedHead } from './trainer.ts'

export { gatedNetworkParams, type GatedNetworkParams } from './params.ts'
export { NetworkMember, networkFromBytes, networkToBytes } from './member.ts'

/** Rows encoded between two checkpoints. */
const ROWS_PER_TURN = 2048

/** Passes whose parameters each head kept; none where nothing was held back to choose them by. */
function keptPasses(about: Record<string, unknown>): number[] {
  const heads = about['heads'] as readonly { kept: number; loss: number | null }[] | undefined
  return (heads ?? []).filter(({ loss }) => loss !== null).map(({ kept }) => kept)
}

/**
 * A decoupled graph network: the graph's part (SIGN, Frasca et al. 2020: powers, wavelets, label rates of the diffusion
 * engine) is in the columns; this learns the head on them. Columns of the same operator, relation and hop are a
 * channel with a linear map and a gate of its own (docs/network.md).
 */
export const gatedNetwork = {
  id: 'network',

  /**
   * Trains `heads` networks, each stopped early on another part of the rows, and averages their margins. The same
   * data, parameters and seed give the same bits on every machine. Throws invalid_input where there is only one class
   * or no column that differs between rows.
   */
  async train(
    data: TrainingData,
    given: GatedNetworkParams,
    seed: number,
    pace: Pace,
  ): Promise<NetworkMember> {
    const params = gatedNetworkParams.parse(given)
    const { rows, y, weights } = data
    let positive = 0
    for (const v of y) positive += v
    if (positive === 0 || positive === rows)
      throw new ShoalError(
        'invalid_input',
        `All ${rows} labels say ${positive === 0 ? 'benign' : 'malicious'}: a network needs both kinds. Label some accounts of the other kind.`,
      )
    const encoding = await fitEncoding(data, pace)
    const shape = headShape(encoding.inputs, encoding.channels.length, params.hidden, params.dense)
    const ends = encoding.channels.map(({ end }) => end)
    const engine = new HeadEngine(shape, ends, rows, Math.min(rows, params.batch))
    for (let from = 0; from < rows; from += ROWS_PER_TURN) {
      const to = Math.min(rows, from + ROWS_PER_TURN)
      encodeRows(encoding, data.x, from, to, engine.x.subarray(from * shape.columns), shape.columns)
      await pace.checkpoint()
    }
    const lift = ((rows - positive) / positive) ** params.balance
    for (let i = 0; i < rows; i++) {
      engine.targets[i] = y[i] * (1 - params.smoothing) + params.smoothing / 2
      engine.weights[i] = (weights?.[i] ?? 1) * (y[i] === 1 ? lift : 1)
    }
    const folds = params.validate
      ? validationFolds(y, params.heads, new Random(seed))
      : new Int32Array(rows).fill(-1)
    const heads: TrainedHead[] = []
    for (let head = 0; head < params.heads; head++) {
      const random = new Random(seed + 4294967296 * (head + 1))
      const onEpoch = (epoch: number, most: number): void =>
        pace.progress({
          phase: 'train.network',
          done: Math.round(100 * (head + epoch / most)),
          total: 100 * params.heads,
          unit: 'steps',
        })
      heads.push(await trainHead(engine, folds, folds[0] < 0 ? -1 : head, params, random, pace, onEpoch))
    }
    return new NetworkMember({
      encoding,
      hidden: shape.hidden,
      dense: shape.dense,
      heads: heads.map(({ parameters }) => parameters),
      about: {
        params,
        seed,
        rows,
        malicious: positive,
        inputs: encoding.inputs,
        channels: encoding.channels.map(({ name }) => name),
        heads: heads.map(({ epochs, kept, loss }) => ({ epochs, kept, loss })),
      },
    })
  },

  /** As many passes over all labels as the networks needed that held some back to stop by. */
  forRefit(params: GatedNetworkParams, members: readonly TrainedMember[]): GatedNetworkParams {
    const kept = members.flatMap(({ about }) => keptPasses(about))
    if (kept.length === 0) return params
    const mean = kept.reduce((sum, passes) => sum + passes, 0) / kept.length
    return { ...params, validate: false, epochs: Math.max(1, Math.round(mean)) }
  },
} satisfies Learner<GatedNetworkParams>
