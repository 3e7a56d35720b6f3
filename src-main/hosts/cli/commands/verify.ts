import type { Command } from 'commander'
import { verifyPack } from '../../../core/evidence/verify.ts'
import { EXIT, printJson, say } from '../output.ts'
import { run } from '../run.ts'

export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .argument('<pack>', 'the folder of an evidence pack')
    .description('check an evidence pack, offline and without its workspace')
    .option('--json', 'print one JSON document')
    .action((pack: string, options: { json?: boolean }) =>
      run(options.json, async () => {
        const result = await verifyPack(pack)
        if (options.json) printJson(result)
        else {
          for (const p of result.problems) say(`${p.file ?? pack}: ${p.message} [${p.code}]`)
          say(
            result.ok
              ? `${pack}: intact, ${result.files} files checked`
              : `${pack}: ${result.problems.length} problems`,
          )
        }
        return result.ok ? EXIT.ok : EXIT.problemsFound
      }),
    )
}
