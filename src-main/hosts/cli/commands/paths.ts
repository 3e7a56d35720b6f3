import { Option, type Command } from 'commander'
import { pathLengthSchema, type PathLengthKind } from '../../../common/contract/paths.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { Core } from '../../../core/app.ts'
import { newestRuns } from '../../../core/workspace/queries.ts'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'

interface Options {
  k: number
  length: PathLengthKind
  json?: boolean
}

export function pathsCommand(program: Command): void {
  program
    .command('paths')
    .argument('<workspace>')
    .argument('<a>', "an account's key")
    .argument('<b>', "another account's key")
    .description('the strongest ways from one account to another through the shown graph')
    .option('--k <n>', 'how many paths', integerOption, 3)
    .addOption(
      new Option('--length <kind>', 'what makes a path short: strong ties, or few hops')
        .choices(pathLengthSchema.options)
        .default('inverse'),
    )
    .option('--json', 'print one JSON document')
    .action((workspace: string, a: string, b: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          if (a === b) throw new ShoalError('invalid_input', 'Name two different accounts.')
          await core.open(workspacePath(workspace), false)
          const { db, path } = core.context.open()
          const graphRunId = newestRuns(db).graph
          if (graphRunId === undefined)
            throw new ShoalError('run_missing', 'There is no graph yet. Run `shoal analyze` first.')
          const answer = await core.context.compute.call('compute.paths', {
            workspace: path,
            graphRunId,
            a: accountId(core, a),
            b: accountId(core, b),
            k: options.k,
            length: options.length,
          })
          const keyOf = db.prepare('SELECT key FROM account WHERE id = ?').pluck()
          const keys = (ids: number[]) => ids.map((id) => keyOf.get(id) as string)
          if (options.json) {
            printJson({ ...answer, paths: answer.paths.map((p) => ({ ...p, accounts: keys(p.accountIds) })) })
            return
          }
          if (answer.paths.length === 0) say(`Nothing connects ${a} and ${b} in graph run ${graphRunId}.`)
          for (const [i, found] of answer.paths.entries()) {
            const accounts = keys(found.accountIds)
            say(`${i + 1}. ${accounts[0]}`)
            for (const [s, step] of found.steps.entries()) {
              const why = step.channels.map((c) => c.id).join(', ')
              say(`   — ${why} (${step.weight.toFixed(2)}) — ${accounts[s + 1]}`)
            }
          }
        }),
      ),
    )
}

function accountId(core: Core, key: string): number {
  const id = core.context.open().db.prepare('SELECT id FROM ready_account WHERE key = ?').pluck().get(key) as
    number | undefined
  if (id === undefined) throw new ShoalError('not_found', `There is no account "${key}" in this workspace.`)
  return id
}
