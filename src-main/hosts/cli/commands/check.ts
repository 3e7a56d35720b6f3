import type { Command } from 'commander'
import type { CheckCode, CheckReport } from '../../../common/contract/check.ts'
import { startCheck } from '../../../core/imports/check.ts'
import { EXIT, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'

const NAMES: Record<CheckCode, string> = {
  database: 'database file',
  references: 'references',
  schema: 'tables and indexes',
  rows: 'rows of sources',
  records: 'rows as they were',
  facts: 'facts of sources',
  unpublished: 'half-imported',
  search: 'search index',
  journal: 'journal chain',
}
const RESTORE =
  'Copy the workspace folder before anything else. Then go back to a copy from before, or import the files again into a new workspace.'
/** What to do where something is not in order. */
const ADVICE: Record<CheckCode, string> = {
  database: `The file is damaged (a failing disk, or a copy made while Shoal was writing). ${RESTORE}`,
  references: `Rows name others that are gone. ${RESTORE}`,
  schema: 'Something outside Shoal changed the database. Open the workspace with the newest Shoal and check again; if it stays, use a copy from before.',
  rows: 'Figures of a source do not add up. Import its file again into a new workspace and compare.',
  records: 'What the workspace keeps of a file as proof is damaged; its facts are not. Rows that are named are read from the file where it still is the same. Go back to a copy of the workspace from before, or import the file again into a new one.',
  facts: 'A source has more or fewer facts than it brought: something outside Shoal changed the database. Import its file again into a new workspace and compare the content hashes.',
  unpublished: 'An import left something behind. Open the workspace once more: what is left is cleared away then.',
  search: 'Searching may miss something; the facts are whole. Import into a new workspace to have the index made again.',
  journal: 'An entry was changed or removed outside Shoal: what the journal says from there on proves nothing. Use a copy from before.',
} // prettier-ignore

export function checkCommand(program: Command): void {
  program
    .command('check')
    .argument('<workspace>')
    .description(
      'check that a workspace is whole: database, rows, facts, search, journal; prints its content hash',
    )
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: { json?: boolean }) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const report = (await finishJob(
            core,
            startCheck(core.context, core.session()!),
          )) as unknown as CheckReport
          if (options.json) printJson(report)
          else print(report)
          return report.ok ? EXIT.ok : EXIT.problemsFound
        }),
      ),
    )
}

function print(report: CheckReport): void {
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(20)} ${value}\n`)
  for (const { code, looked, faults, samples } of report.items) {
    const n = (value: number) => value.toLocaleString('en-US')
    line(NAMES[code], faults === 0 ? `in order (${n(looked)})` : `${n(faults)} NOT IN ORDER`)
    for (const sample of samples) line('', sample)
    if (faults > 0) line('', ADVICE[code])
  }
  line('content hash', report.contentHash ?? 'cannot be taken')
  if (report.waiting > 0)
    say('An interrupted import waits: import the same files again, or use --resume, to finish it.')
  say(report.ok ? 'The workspace is whole.' : 'The workspace is not whole.')
}
