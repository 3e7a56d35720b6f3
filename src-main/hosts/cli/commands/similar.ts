import type { Command } from 'commander'
import { SIMILARITY_PARTS, similarityWeightsSchema } from '../../../common/contract/sharing.ts'
import { ShoalError } from '../../../common/errors.ts'
import { sharingHandlers } from '../../../core/sharing/service.ts'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'

interface Options {
  account: string
  limit: number
  weight: string[]
  json?: boolean
}

export function similarCommand(program: Command): void {
  program
    .command('similar')
    .argument('<workspace>')
    .description('the accounts most like one, with what makes them alike')
    .requiredOption('--account <key>', 'the account, as the export names it')
    .option('--limit <n>', 'how many', integerOption, 20)
    .option(
      '--weight <part=w>',
      `how much a part counts, 0 to 1 (${SIMILARITY_PARTS.join(', ')}); repeatable`,
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const { db } = core.context.open()
          const id = db.prepare('SELECT id FROM ready_account WHERE key = ?').pluck().get(options.account) as
            number | undefined
          if (id === undefined)
            throw new ShoalError('not_found', `There is no account ${options.account} in this workspace.`)
          if (options.limit < 1 || options.limit > 200)
            throw new ShoalError('invalid_input', '--limit must be between 1 and 200.')
          const found = await sharingHandlers(core.context)['accounts.similar'](
            { id, limit: options.limit, weights: weightsOf(options.weight) },
            { signal: new AbortController().signal },
          )
          const { keys, ...rest } = found
          const rows = found.rows.map((row) => ({ key: keys[row.id], ...row }))
          if (options.json) return printJson({ ...rest, key: options.account, rows })
          for (const row of rows) {
            const parts = SIMILARITY_PARTS.filter((part) => (row.parts[part] ?? 0) >= 0.005)
            const why = parts.map((part) => `${part} ${row.parts[part]!.toFixed(2)}`).join(', ')
            process.stdout.write(`${row.score.toFixed(3)}  ${row.key ?? row.id}  ${why}\n`)
          }
          say(`${found.candidates} accounts compared in ${found.seconds.toFixed(2)} s`)
        }),
      ),
    )
}

function weightsOf(given: readonly string[]) {
  const weights: Record<string, number> = {}
  for (const one of given) {
    const [part = '', value = ''] = one.split('=')
    const number = Number(value)
    if (
      !(SIMILARITY_PARTS as readonly string[]).includes(part) ||
      value === '' ||
      !(number >= 0 && number <= 1)
    )
      throw new ShoalError(
        'invalid_input',
        `--weight ${one}: write PART=W with PART one of ${SIMILARITY_PARTS.join(', ')} and W between 0 and 1.`,
      )
    weights[part] = number
  }
  return similarityWeightsSchema.parse(weights)
}
