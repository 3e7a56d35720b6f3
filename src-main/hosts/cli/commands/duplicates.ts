import { Option, type Command } from 'commander'
import { sharingHandlers } from '../../../core/sharing/service.ts'
import { sharingMethods } from '../../../common/contract/sharing.ts'
import { ShoalError } from '../../../common/errors.ts'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'

interface Options {
  of?: 'reports' | 'profiles' | 'entities'
  minSimilarity: string
  minLength: number
  offset: number
  limit: number
  json?: boolean
}

export function duplicatesCommand(program: Command): void {
  program
    .command('duplicates')
    .argument('<workspace>')
    .description('groups of accounts with near-identical texts or the very same things, largest first')
    .addOption(new Option('--of <what>', 'default: all three').choices(['reports', 'profiles', 'entities']))
    .option('--min-similarity <s>', 'of two texts, 0.3 to 1', '0.8')
    .option('--min-length <n>', 'shorter texts are left out', integerOption, 20)
    .option('--offset <n>', 'groups to skip', integerOption, 0)
    .option('--limit <n>', 'groups to print', integerOption, 50)
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          const parsed = sharingMethods['similarity.groups'].input.safeParse({
            of: options.of ?? null,
            minSimilarity: Number(options.minSimilarity),
            minLength: options.minLength,
            offset: options.offset,
            limit: options.limit,
          })
          if (!parsed.success) {
            const [issue] = parsed.error.issues
            throw new ShoalError('invalid_input', `${issue.path.join('.')}: ${issue.message}`)
          }
          await core.open(workspacePath(workspace), false)
          const found = await sharingHandlers(core.context)['similarity.groups'](parsed.data, {
            signal: new AbortController().signal,
          })
          const { db } = core.context.open()
          const key = db.prepare('SELECT key FROM account WHERE id = ?').pluck()
          const { total, seconds } = found
          const rows = found.rows.map((row) => ({
            ...row,
            members: Array.from(row.members, (id) => key.get(id) as string),
          }))
          if (options.json) return printJson({ total, seconds, rows })
          for (const row of rows) {
            const what = row.text ?? row.things.map((thing) => `${thing.type} ${thing.key}`).join(', ')
            process.stdout.write(
              `${row.size}  ${row.of ?? 'entities'}  ${row.similarity.toFixed(2)}  ${what}\n`,
            )
            const rest = row.size > 8 ? ` … ${row.size - 8} more` : ''
            process.stdout.write(`    ${row.members.slice(0, 8).join(' ')}${rest}\n`)
          }
          say(`${total} groups in ${seconds.toFixed(2)} s`)
        }),
      ),
    )
}
