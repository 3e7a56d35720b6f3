import type { computeLearningMethods } from '../../common/contract/compute-learning.ts'
import type { OutputOf, ParsedInputOf } from '../../common/contract/method.ts'
import type { ServerCall } from '../../common/rpc/server.ts'
import type { OnWorkspace } from '../context.ts'

type M = typeof computeLearningMethods

/** Compute's answers about graph learning. Each part is loaded when it is first asked for. */
export function learningHandlers(onWorkspace: OnWorkspace): {
  [K in keyof M]: (input: ParsedInputOf<M[K]>, call: ServerCall) => Promise<OutputOf<M[K]>>
} {
  return {
    'compute.scorers': async () => (await import('./scorers/index.ts')).SCORERS.map((scorer) => scorer.info),
    'compute.train': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) =>
        (await import('./scorers/train.ts')).trainScorer(ctx, input),
      ),
    'compute.score': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) =>
        (await import('./scorers/score.ts')).scoreWithModel(ctx, input),
      ),
    'compute.importModel': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./foreign/import-model.ts')).importModel(ctx, input),
      ),
    'compute.exportDataset': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./foreign/dataset.ts')).exportDataset(ctx, input),
      ),
    'compute.bench': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) =>
        (await import('./evaluate/bench.ts')).runBench(ctx, input),
      ),
    'compute.validate': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) =>
        (await import('./validation/validate.ts')).validate(ctx, input),
      ),
    'compute.labelQueue': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./active/queue.ts')).labelQueue(ctx, input),
      ),
    'compute.counterfactuals': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./reasons/counterfactuals.ts')).counterfactuals(ctx, input),
      ),
    'compute.whatIf': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./reasons/what-if.ts')).whatIf(ctx, input),
      ),
  }
}
