import type { Command } from 'commander'
import { learningMethods, type TrainResult } from '../../../common/contract/learning.ts'
import { ShoalError } from '../../../common/errors.ts'
import { createComputePort } from '../../../core/jobs/compute-port.ts'
import { startTraining } from '../../../core/learning/service.ts'
import { startNodeCompute } from '../../node/compute.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { sayWarnings } from '../warnings.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'
import { parseGiven } from './detect.ts'

interface Options {
  scorer: string
  seed: number
  param: string[]
  graph?: number
  refit?: boolean
  list?: boolean
  json?: boolean
}

export function trainCommand(program: Command): void {
  program
    .command('train')
    .argument('[workspace]')
    .description('train a scorer from the labels of a workspace, save it as a model and score every account')
    .option('--scorer <id>', 'which scorer; --list names them', 'default')
    .option('--seed <s>', 'seed of everything random', integerOption, 1)
    .option('--param <name=value>', 'a parameter of the scorer; repeatable', collect, [])
    .option('--graph <run>', 'graph run; default: the graph that is shown', integerOption)
    .option('--refit', 'keep the choices of the newest model of this scorer and only fit anew')
    .option('--list', 'list the scorers and their parameters')
    .option('--json', 'print one JSON document')
    .action((workspace: string | undefined, options: Options) =>
      run(options.json, () => {
        if (options.list) return list(options.json ?? false)
        if (workspace === undefined)
          throw new ShoalError('invalid_input', 'Name a workspace, or --list to see the scorers.')
        return withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const infos = await core.context.compute.call('compute.scorers', {})
          const request = learningMethods['scorers.train'].input.parse({
            scorer: options.scorer,
            params: parseGiven(infos, options.scorer, options.param),
            seed: options.seed,
            refit: options.refit ?? false,
            ...(options.graph !== undefined && { graphRunId: options.graph }),
          })
          const job = startTraining(core.context, core.session()!, request)
          const result = (await finishJob(core, job)) as unknown as TrainResult
          await sayWarnings(core, result.scoresRunId)
          if (options.json) printJson(result)
          else sayTraining(result)
        })
      }),
    )
}

async function list(json: boolean): Promise<void> {
  const compute = createComputePort(startNodeCompute)
  try {
    const infos = await compute.call('compute.scorers', {})
    if (json) return printJson(infos)
    for (const info of infos) {
      say(`${info.id}  (${info.group}${info.trainable ? '' : ', not saved'})  ${info.help}`)
      for (const param of info.params)
        say(`    --param ${param.name}=${String(param.default ?? '')}  ${param.help}`)
    }
  } finally {
    compute.close()
  }
}

const collect = (given: string, before: string[]) => [...before, given]

function sayTraining(result: TrainResult): void {
  const { malicious, benign, auroc, auprc } = result
  say(`${result.scorer}: model ${result.modelId} from ${malicious} malicious and ${benign} benign labels`)
  if (result.few) say('  few labels: read its scores as rough leads until there are more')
  if (auroc !== null && auprc !== null)
    say(
      `  on labels it had not seen (inner cross-validation): AUROC ${auroc.toFixed(3)}, AUPRC ${auprc.toFixed(3)}`,
    )
  for (const { id, weight } of result.members) say(`  ${(100 * weight).toFixed(0).padStart(3)} %  ${id}`)
  say(
    `  scores run ${result.scoresRunId}, in ${formatSeconds(result.seconds)}. A score is a lead, not a verdict.`,
  )
}
