import type { Command } from 'commander'
import { isWorkspace } from '../../../core/db/open.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { importInto, withCore, workspacePath } from '../session.ts'

export function importCommand(program: Command): void {
  program
    .command('import')
    .argument('<workspace>', 'the workspace; made when it is not there yet')
    .argument('<source...>', 'folders, CSV files or .zip archives in the export layout')
    .description('import an export')
    .option('--json', 'print one JSON document')
    .action((workspace: string, sources: string[], options: { json?: boolean }) =>
      run(options.json, () =>
        withCore(async (core) => {
          const path = workspacePath(workspace)
          await core.open(path, !isWorkspace(path))
          const result = await importInto(core, sources)
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
