import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Look } from '../../../common/contract/imports.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { Core } from '../../../core/app.ts'
import { readMapping } from '../mapping-argument.ts'
import { printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { withCore } from '../session.ts'

interface Json {
  json?: boolean
}

/** What the columns of an export mean: guessed, saved, written to a file, read from one. */
export function mappingCommand(program: Command): void {
  const mapping = program
    .command('mapping')
    .description('say what the columns of an export mean: guess, save, list, show, remove')
  const on = (options: Json, work: (core: Core) => Promise<void>) => run(options.json, () => withCore(work))
  const sub = (name: string, description: string) =>
    mapping
      .command(name)
      .description(description)
      .option('--json', 'print one JSON document')
      .exitOverride()
      .showHelpAfterError()

  sub('guess', 'looks at files and writes the mapping by which they would be imported')
    .argument('<source...>', 'folders and files')
    .option('-o, --output <file>', 'write the mapping to a file; else it is printed')
    .option('--name <name>', 'its name', 'guess')
    .action((sources: string[], options: Json & { output?: string; name: string }) =>
      on(options, async (core) => {
        const look = await core.ask('imports.look', { paths: sources, rows: 1 })
        if (options.json) return printJson(look)
        sayLook(look)
        if (!look.mapping)
          throw new ShoalError(
            'import_missing_column',
            'Nothing in these files could be told. Write a mapping by hand.',
          )
        const text = `${JSON.stringify({ ...look.mapping, name: options.name }, null, 2)}\n`
        if (options.output === undefined) process.stdout.write(text)
        else writeFileSync(options.output, text)
      }),
    )
  sub('list', 'saved mappings').action((options: Json) =>
    on(options, async (core) => {
      const saved = core.context.mappings.list()
      if (options.json) return printJson({ saved })
      for (const {
        name,
        mapping: { tables },
      } of saved)
        say(`${name}  ${tables.map(({ match }) => match.file).join(', ')}`)
    }),
  )
  sub('save', 'saves a mapping file under its name, for every workspace')
    .argument('<file>')
    .action((file: string, options: Json) =>
      on(options, async (core) => {
        const saved = core.context.mappings.save(readMapping(core, file))
        if (options.json) printJson(saved)
        else say(`Saved as "${saved.name}".`)
      }),
    )
  sub('show', 'prints a saved mapping, to be kept as a file')
    .argument('<name>')
    .action((name: string, options: Json) =>
      on(options, async (core) => {
        process.stdout.write(`${JSON.stringify(readMapping(core, name), null, 2)}\n`)
      }),
    )
  sub('remove', 'removes a saved mapping')
    .argument('<name>')
    .action((name: string, options: Json) =>
      on(options, async (core) => {
        core.context.mappings.remove(name)
        if (options.json) printJson({ removed: name })
      }),
    )
}

/** What was found, for a person, to standard error: standard output is the mapping. */
function sayLook(look: Look): void {
  const write = (text: string) => process.stderr.write(`${text}\n`)
  for (const { label, format, parts, tables, error } of look.files) {
    const of = parts === null ? '' : `, ${parts} ${parts === 1 ? 'file' : 'files'}`
    if (error) write(`! ${error.message}`)
    for (const { name, guess, by, mapping, notes } of tables) {
      const what = mapping?.outputs.map(({ to }) => to).join(' + ') || 'nothing'
      const sure = guess && guess.sure < SURE ? ': check it' : ''
      write(`${label}${name && ` (${name})`}  ${format}${of}: ${what} (${by ?? 'left out'}${sure})`)
      for (const { text } of notes) write(`  ${text}`)
      for (const { code, column } of guess?.notes ?? [])
        write(`  ? ${NOTES[code] ?? code}${column === null ? '' : `: ${column}`}`)
    }
  }
  for (const file of look.ignored) write(`- ${file} is of no format that import reads`)
}

/** As compute/ingest/guess/table.ts has it. */
const SURE = 0.6

const NOTES: Record<string, string> = {
  no_zone: 'times without a zone; check the zone that was assumed',
  day_or_month: 'day or month first? It was taken for month first',
  unsure_table: 'it is not clear what a row is',
  unsure_column: 'it is not clear what this column means',
  row_numbers_as_ids: 'no column of ids; rows are numbered',
  label_words: 'check which words mean malicious and benign',
  no_rows: 'no rows to look at; only names were compared',
  label_by_name: 'the name of the file says that all are malicious; check it',
  masked: 'partly hidden values, which many may have in common; they link nobody',
  spaces_around_ids: 'white space around ids, which is part of them unless the mapping says `trim`',
}
