import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import { Random } from '../../communities/random.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { trainScorer } from '../scorers/train.ts'

export const ACCOUNTS = 300
/** The first accounts are malicious. */
export const BAD = 80
/** Accounts of one crew share a device. */
export const CREW = 5

export interface World {
  readonly w: TestWorkspace
  readonly graph: AccountGraph
  readonly runId: number
  readonly folder: string
}

/** The device of the crew that malicious account number k (from 0) is in. */
export const deviceOf = (k: number): string => `D-${Math.floor(k / CREW)}`

/**
 * Malicious accounts share a device crew by crew and know honest ones at random; honest ones have friends, and some share
 * a household's device. What is shared is the only thing that tells them apart. Tests only.
 */
export function worldFacts(labelled = 60): TestWorkspace {
  const w = testWorkspace(1_700_000_000_000)
  const random = new Random(7)
  w.accounts(...Array.from({ length: ACCOUNTS }, (_, k) => `a${k}`))
  w.db.transaction(() => {
    for (let k = 0; k < ACCOUNTS; k++) {
      const bad = k < BAD
      w.profile(k + 1, {
        messages: String(Math.round(20 * (0.5 + random.next()))),
        platform: random.next() < 0.4 ? 'ios' : 'android',
      })
      if (bad) w.link(k + 1, 'device', deviceOf(k))
      else if (k % 10 < 2) w.link(k + 1, 'device', `home-${Math.floor(k / 10)}`)
      w.link(k + 1, 'ip', `ip-${random.int(120)}`)
      for (let e = 0; e < 3; e++) {
        const other = random.int(ACCOUNTS)
        if (other !== k) w.relation(k + 1, other + 1)
      }
      if (bad ? k < labelled : k - BAD < 2 * labelled) w.label(k + 1, bad ? 'malicious' : 'benign', 1000 * k)
    }
  })()
  return w
}

/** A world with a graph, a model of the default scorer trained in it and its scores. */
export async function trainedWorld(params: Record<string, unknown> = {}): Promise<World> {
  const w = worldFacts()
  const graph = await runGraphStep(w.ctx, DEFAULT_RECIPE)
  const made = await trainScorer(w.ctx, {
    workspace: w.ctx.workspace,
    jobId: null,
    graphRunId: graph.runId,
    scorer: 'default',
    params: { folds: 2, network: false, ...params },
    seed: 1,
    refit: null,
    folder: 'default-1',
    actor: 'ada',
  })
  return { w, graph, runId: made.scoresRunId, folder: made.folder }
}
