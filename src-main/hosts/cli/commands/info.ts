import type { Command } from 'commander'
import { printJson } from '../output.ts'
import { run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'
import { listProblems, listRuns, listSources, problemGroups } from '../../../core/imports/queries.ts'

export function infoCommand(program: Command): void {
  program
    .command('info')
    .argument('<workspace>')
    .description('what a workspace holds: counts, sources with hashes, runs')
    .option('--problems', 'list the rows that could not be imported')
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: { problems?: boolean; json?: boolean }) =>
      run(options.json, () =>
        withCore(async (core) => {
          const info = await core.open(workspacePath(workspace), false)
          const { db } = core.session()!.workspace
          const problems = options.problems ? listProblems(db, { offset: 0, limit: 1000 }) : null
          if (options.json) {
            printJson({
              ...info,
              sources: listSources(db),
              runs: listRuns(db),
              problemGroups: problemGroups(db),
              ...(problems && { problems }),
            })
            return
          }
          const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(12)} ${value}\n`)
          line('workspace', info.path)
          for (const [name, count] of Object.entries(info.counts)) line(name, count.toLocaleString('en-US'))
          if (info.span) {
            const day = (ms: number) => new Date(ms).toISOString()
            line('span', `${day(info.span.from)} to ${day(info.span.to)}`)
          }
          if (info.simulated) line('note', 'simulated data')
          line('journal', `${info.journal.seq} entries, chain ${info.journal.ok ? 'intact' : 'BROKEN'}`)
          for (const s of listSources(db)) {
            line(
              'source',
              `#${s.id} ${s.entry ? `${s.path}:${s.entry}` : s.path}  sha256 ${s.sha256}  ${s.rowsStored} rows`,
            )
          }
          for (const r of listRuns(db)) {
            line(
              'run',
              `#${r.id} ${r.kind} ${r.algorithm} ${r.status}${r.seed === null ? '' : ` seed ${r.seed}`}`,
            )
          }
          for (const p of problems?.rows ?? []) {
            line(
              'problem',
              `${p.file} row ${p.row}${p.column ? ` column ${p.column}` : ''}: ${p.message} [${p.code}]`,
            )
          }
        }),
      ),
    )
}
