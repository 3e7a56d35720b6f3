import type { Command } from 'commander'
import type { ImportResult } from '../../../common/contract/compute.ts'
import { ShoalError } from '../../../common/errors.ts'
import { isWorkspace } from '../../../core/db/open.ts'
import { describeInterrupted } from '../../../core/imports/resume.ts'
import { readMapping } from '../mapping-argument.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { discardIn, importInto, resumeIn, withCore, workspacePath } from '../session.ts'

interface ImportOptions {
  json?: boolean
  mapping?: string
  resume?: boolean
  discard?: boolean
}

export function importCommand(program: Command): void {
  program
    .command('import')
    .argument('<workspace>', 'the workspace; made when it is not there yet')
    .argument(
      '[source...]',
      'folders and files: CSV, JSON, Excel, Parquet, Arrow, GraphML, GEXF, GML, .gz or .zip',
    )
    .description('import an export')
    .option('--mapping <mapping>', 'what the columns mean: a mapping file, or the name of a saved one')
    .option('--resume', 'go on with an import that was interrupted; what is stored is not read again')
    .option('--discard', 'remove what is stored of an import that was interrupted')
    .option('--json', 'print one JSON document')
    .action((workspace: string, sources: string[], options: ImportOptions) =>
      run(options.json, () =>
        withCore(async (core) => {
          const again = options.resume || options.discard
          if (
            again
              ? sources.length > 0 || options.mapping !== undefined || options.resume === options.discard
              : sources.length === 0
          )
            throw new ShoalError(
              'invalid_input',
              again
                ? 'Name nothing but the workspace with --resume or --discard: what was to be imported, and how, is known.'
                : 'Name at least one file or folder to import.',
            )
          const mapping = options.mapping === undefined ? undefined : readMapping(core, options.mapping)
          const path = workspacePath(workspace)
          await core.open(path, !again && !isWorkspace(path))
          const left = describeInterrupted(core.session()!)
          if (options.discard) {
            const result = await discardIn(core)
            if (options.json) printJson(result)
            else say('Nothing is left of the import that was interrupted.')
            return
          }
          if (options.resume && left)
            say(
              `${left.stored} of ${left.files ?? 'its'} files are stored already; going on with ${left.paths.join(', ')}`,
            )
          const result = options.resume ? await resumeIn(core) : await importInto(core, sources, mapping)
          for (const { message } of result['warnings'] as ImportResult['warnings'])
            process.stderr.write(`! ${message}\n`)
          if (options.json) printJson(result)
          else {
            const n = (key: string) => (result[key] as number).toLocaleString('en-US')
            say(
              `${n('rowsIn')} rows in, ${n('rowsStored')} stored, ${n('problems')} in the problem list ` +
                `(${formatSeconds(result['seconds'] as number)})`,
            )
            sayIdentity(result['identity'] as ImportResult['identity'])
            if ((result['problems'] as number) > 0) say('See them with: shoal problems ' + path)
          }
        }),
      ),
    )
}

/** What rules made of ids, where there were any. */
function sayIdentity(identity: ImportResult['identity']): void {
  if (!identity) return
  const folded = { 'account ids': identity.accounts, ...identity.entities }
  for (const [what, { ids, changed, merged }] of Object.entries(folded)) {
    if (ids === 0) continue
    const n = (value: number) => value.toLocaleString('en-US')
    say(
      `${what}: the mapping's rules changed ${n(changed)} of ${n(ids)}; ${n(merged)} became one with another`,
    )
  }
}
