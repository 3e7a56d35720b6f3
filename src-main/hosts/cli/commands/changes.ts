import type { Command } from 'commander'
import { ACCOUNT_CHANGES, type ImportRef } from '../../../common/contract/changes.ts'
import { ShoalError } from '../../../common/errors.ts'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'

interface Options {
  job?: number
  against?: number
  limit: number
  json?: boolean
}

/** Accounts of each list that `--json` prints unless told otherwise. */
const LISTED = 1000

export function changesCommand(program: Command): void {
  program
    .command('changes')
    .argument('<workspace>')
    .description('what an import changed: new, gone and changed accounts, facts, communities')
    .option('--job <n>', 'the import (the newest one)', integerOption)
    .option('--against <n>', 'the import to compare it with (the newest earlier one like it)', integerOption)
    .option('--limit <n>', 'accounts listed of each kind with --json', integerOption, LISTED)
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const imports = await core.ask('changes.imports', {})
          const job = options.job ?? imports[0]?.job
          if (job === undefined)
            throw new ShoalError('not_found', 'Nothing was imported into this workspace yet.')
          const which = { job, ...(options.against !== undefined && { earlier: options.against }) }
          const found = await core.ask('changes.get', which)
          if (options.json) {
            const accounts: Record<string, unknown> = {}
            for (const kind of ['new', 'gone', 'changed', 'described'] as const)
              if (found.accounts[kind] !== null && found.earlier !== null)
                accounts[kind] = await firstOf(options.limit, (page) =>
                  core.ask('changes.accounts', { ...which, kind, ...page }),
                )
            const communities = await core.ask('changes.communities', { ...which, limit: 1000 })
            return printJson({ ...found, lists: { accounts, communities: communities.rows } })
          }
          const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(12)} ${value}\n`)
          const n = (value: number | null) =>
            value === null ? 'cannot be told' : value.toLocaleString('en-US')
          line('import', nameOf(found.import))
          line('against', found.earlier ? nameOf(found.earlier) : 'nothing earlier is like it')
          if (found.earlier) {
            for (const kind of ACCOUNT_CHANGES) line(kind, n(found.accounts[kind]))
            for (const { name, accounts } of found.fields) line('field', `${name}: ${n(accounts)}`)
            for (const name of found.columns.added) line('column', `${name}: only in the later export`)
            for (const name of found.columns.dropped) line('column', `${name}: only in the earlier export`)
          }
          for (const { table, ...facts } of found.facts)
            line(table, `${n(facts.new)} new, ${n(facts.known)} known, ${n(facts.superseded)} stated anew`)
          const { counts, state } = found.communities
          if (counts)
            line(
              'communities',
              Object.entries(counts)
                .filter(([, value]) => value > 0)
                .map(([kind, value]) => `${n(value)} ${kind}`)
                .join(', '),
            )
          else if (found.earlier)
            say(
              state === 'after'
                ? 'Analyze to see what became of the communities: shoal analyze'
                : state === 'unlike'
                  ? 'The communities of before and after were found with different settings and cannot be followed.'
                  : 'There were no communities before this import.',
            )
        }),
      ),
    )
}

const nameOf = ({ job, at, files }: ImportRef) =>
  `job ${job}, ${new Date(at).toISOString()}, ${files.join(', ')}`

/** The first rows of a list that comes in pages. */
async function firstOf<T>(
  limit: number,
  ask: (page: { offset: number; limit: number }) => Promise<{ total: number; rows: T[] }>,
): Promise<T[]> {
  const all: T[] = []
  while (all.length < limit) {
    const { rows, total } = await ask({ offset: all.length, limit: Math.min(1000, limit - all.length) })
    all.push(...rows)
    if (rows.length === 0 || all.length >= total) break
  }
  return all
}
