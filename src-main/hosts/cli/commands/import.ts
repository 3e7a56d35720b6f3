import type { Command } from 'commander'
import type { ImportResult } from '../../../common/contract/compute.ts'
import { isWorkspace } from '../../../core/db/open.ts'
import { readMapping } from '../mapping-argument.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { importInto, withCore, workspacePath } from '../session.ts'

export function importCommand(program: Command): void {
  program
    .command('import')
    .argument('<workspace>', 'the workspace; made when it is not there yet')
    .argument(
      '<source...>',
      'folders and files: CSV, JSON, Excel, Parquet, Arrow, GraphML, GEXF, GML, .gz or .zip',
    )
    .description('import an export')
    .option('--mapping <mapping>', 'what the columns mean: a mapping file, or the name of a saved one')
    .option('--json', 'print one JSON document')
    .action((workspace: string, sources: string[], options: { json?: boolean; mapping?: string }) =>
      run(options.json, () =>
        withCore(async (core) => {
          const mapping = options.mapping === undefined ? undefined : readMapping(core, options.mapping)
          const path = workspacePath(workspace)
          await core.open(path, !isWorkspace(path))
          const result = await importInto(core, sources, mapping)
          for (const { message } of result['warnings'] as ImportResult['warnings'])
            process.stderr.write(`! ${message}\n`)
          if (options.json) printJson(result)
          else {
            const n = (key: string) => (result[key] as number).toLocaleString('en-US')
            say(
              `${n('rowsIn')} rows in, ${n('rowsStored')} stored, ${n('problems')} in the problem list ` +
                `(${formatSeconds(result['seconds'] as number)})`,
            )
            if ((result['problems'] as number) > 0) say('See them with: shoal info --problems ' + path)
          }
        }),
      ),
    )
}
