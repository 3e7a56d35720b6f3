import { InvalidArgumentError, type Command } from 'commander'
import type { ProvenanceRows } from '../../../common/contract/provenance.ts'
import { ShoalError } from '../../../common/errors.ts'
import { printJson } from '../output.ts'
import { run } from '../run.ts'
import { withCore, workspacePath } from '../session.ts'

/** A whole number above 0; for commander. */
export function positive(text: string): number {
  const number = Number(text.replaceAll(/[_,]/g, ''))
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number above 0.')
  return number
}

const LOST: Record<NonNullable<ProvenanceRows['sources'][number]['lost']>, string> = {
  gone: 'not kept by the version that imported it, and the file is not there any more',
  changed: 'not kept by the version that imported it, and the file is another one by now',
  unreadable: 'not kept by the version that imported it, and the file can not be read any more',
  not_looked: 'not kept',
  damaged: 'damaged',
}

export function rowCommand(program: Command): void {
  program
    .command('row')
    .argument('<workspace>')
    .argument('<source>', 'number of the source; `shoal info` lists them', positive)
    .argument('<row>', 'data row in the file, from 1; the header is row 0', positive)
    .description('a row of an imported file as it was: file, SHA-256, raw cells, and what each cell became')
    .option('--json', 'print one JSON document')
    .action((workspace: string, sourceId: number, row: number, options: { json?: boolean }) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const found = await core.ask('provenance.rows', { refs: [{ sourceId, row }] })
          const [one] = found.rows
          const [source] = found.sources
          if (!one || !source)
            throw new ShoalError('not_found', `There is no source ${sourceId}. shoal info lists the sources.`)
          const nothing = !one.cells && one.text === null
          if (nothing && source.damaged)
            throw new ShoalError(
              'workspace_damaged',
              `What the workspace keeps of row ${row} of ${source.path} is damaged, and the file is gone or another one. ` +
                'Run shoal check: it says which rows, and what to do.',
            )
          if (nothing && source.from !== null)
            throw new ShoalError('not_found', `${source.path} has no row ${row}.`)
          if (options.json) printJson({ source, ...one })
          else print(source, one)
        }),
      ),
    )
}

function print(source: ProvenanceRows['sources'][number], row: ProvenanceRows['rows'][number]): void {
  const line = (name: string, value: string) => process.stdout.write(`${name.padEnd(14)} ${value}\n`)
  line('file', source.entry === null ? source.path : `${source.path} › ${source.entry}`)
  if (source.part !== '') line('table', source.part)
  line('sha256', source.sha256 ?? 'not known')
  line('row', String(row.row))
  const job = source.job ? ` by job ${source.job.id}` : ''
  line(
    'imported',
    `${new Date(source.importedAt).toISOString()}${job}, as ${source.format} ${source.encoding}`,
  )
  line('mapping', source.mapping ?? 'the export layout, or guessed')
  if (source.retryOf !== null) line('read again', `rows that source ${source.retryOf} had rejected`)
  if (row.problem) line('problem', `${row.problem.message} [${row.problem.code}]`)
  if (source.lost && !row.cells && row.text === null) line('cells', LOST[source.lost])
  if (source.damaged && source.from === 'file')
    line(
      'note',
      'what the workspace keeps of this file is damaged; read from the file, which is still the same',
    )
  for (const { column, value, uses } of row.cells ?? []) {
    const used = uses.map(({ to, role }) => `${to}.${role}`).join(', ')
    line(
      `  ${column || '(no column)'}`,
      `${value === null ? '(none)' : JSON.stringify(value)}${used && `  → ${used}`}`,
    )
  }
  if (row.text !== null) line('text', JSON.stringify(row.text))
}
