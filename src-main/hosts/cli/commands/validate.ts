import type { Command } from 'commander'
import { labMethods, type ValidationReport } from '../../../common/contract/lab.ts'
import { findingSentence } from '../../../common/finding-words.ts'
import { VERDICT_WORDS } from '../../../common/validation-words.ts'
import { startValidation } from '../../../core/learning/lab.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'

interface Options {
  scorer: string
  seed: number
  capacity?: number
  prior?: string
  json?: boolean
}

export function validateCommand(program: Command): void {
  program
    .command('validate')
    .argument('<workspace>')
    .description(
      'ask whether decisions may lean on a scorer: splits, calibration, drift, leaks, label noise, replay',
    )
    .option('--scorer <id>', 'which scorer', 'default')
    .option('--seed <s>', 'seed of everything random', integerOption, 1)
    .option('--capacity <k>', 'accounts that can be reviewed a day', integerOption)
    .option('--prior <share>', 'bad share among all accounts, where it is known')
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const request = labMethods['lab.validate'].input.parse({
            scorer: options.scorer,
            seed: options.seed,
            ...(options.capacity !== undefined && { capacity: options.capacity }),
            ...(options.prior !== undefined && { prior: Number(options.prior) }),
          })
          const job = startValidation(core.context, core.session()!, request)
          const { runId } = (await finishJob(core, job)) as { runId: number }
          const report = (await core.ask('lab.report', { runId }))!
          if (options.json) printJson(report)
          else sayReport(report)
        }),
      ),
    )
}

function sayReport({ verdict, splits, runId, seconds }: ValidationReport): void {
  say(VERDICT_WORDS[verdict.level].en)
  for (const finding of verdict.findings) say(`  [${finding.level}] ${findingSentence(finding, 'en')}`)
  for (const { protocol, auroc, auprc, baseRate } of splits)
    say(
      `  held out by ${protocol}: AUROC ${auroc.mean.toFixed(3)} [${auroc.low.toFixed(3)}, ${auroc.high.toFixed(3)}], AUPRC ${auprc.mean.toFixed(3)} (base rate ${baseRate.toFixed(3)})`,
    )
  say(`  run ${runId}, in ${formatSeconds(seconds)}`)
}
