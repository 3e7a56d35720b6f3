import type { Command } from 'commander'
import { resolve } from 'node:path'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { sayWarnings } from '../warnings.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'

interface Options {
  json?: boolean
}

export function modelCommand(program: Command): void {
  const model = program
    .command('model')
    .description('models of a workspace: trained here, or brought from elsewhere')
  model
    .command('list')
    .argument('<workspace>')
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const rows = await core.ask('models.list', {})
          if (options.json) return printJson(rows)
          for (const row of rows) {
            const quality =
              row.auroc === null
                ? ''
                : `  inner AUROC ${row.auroc.toFixed(3)}, AUPRC ${(row.auprc ?? 0).toFixed(3)}`
            say(
              `${row.used ? '*' : ' '} ${row.id}  ${row.name} ${row.version}  ${row.origin}, ${row.kind}${quality}${row.missing ? '  (its folder is gone)' : ''}`,
            )
          }
        }),
      ),
    )
  model
    .command('import')
    .argument('<workspace>')
    .argument('<folder>', 'a model folder (docs/models.md), e.g. one that models/training/export wrote')
    .description('check a model folder and copy it into the workspace')
    .option('--json', 'print one JSON document')
    .action((workspace: string, folder: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const result = await finishJob(core, await core.ask('models.import', { path: resolve(folder) }))
          if (options.json) printJson(result)
          else
            say(
              `model ${String(result['modelId'])}: ${String(result['name'])}, checked on ${String(result['provider'])}`,
            )
        }),
      ),
    )
  model
    .command('use')
    .argument('<workspace>')
    .argument('<id>', 'a model that `shoal model list` names; 0 is the one that ships', integerOption)
    .description('score every account with a model; analyses use it from now on')
    .option('--json', 'print one JSON document')
    .action((workspace: string, id: number, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const result = await finishJob(core, await core.ask('models.use', { id }))
          await sayWarnings(core, result['runId'] as number)
          if (options.json) printJson(result)
          else
            say(
              `scores run ${String(result['runId'])}: ${String(result['scored'])} accounts on ${String(result['provider'])}`,
            )
        }),
      ),
    )
  model
    .command('card')
    .argument('<workspace>')
    .argument('<id>', 'a model that `shoal model list` names', integerOption)
    .description("print a model's card")
    .action((workspace: string, id: number) =>
      run(false, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          say((await core.ask('models.card', { id })).text)
        }),
      ),
    )
}

export function datasetCommand(program: Command): void {
  program
    .command('dataset')
    .argument('<workspace>')
    .argument('<folder>', 'a new folder')
    .description('write columns, edges and labels for training a network elsewhere (models/training/export)')
    .option('--json', 'print one JSON document')
    .action((workspace: string, folder: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const result = await finishJob(
            core,
            await core.ask('models.exportDataset', { path: resolve(folder) }),
          )
          if (options.json) return printJson(result)
          const labelled = result['labelled'] as { malicious: number; benign: number }
          say(
            `${String(result['accounts'])} accounts, ${String(result['columns'])} columns, ${labelled.malicious} malicious and ${labelled.benign} benign labels: ${String(result['folder'])}`,
          )
        }),
      ),
    )
}
