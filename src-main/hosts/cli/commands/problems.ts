import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import type { ProblemCsv, RetryResult } from '../../../common/contract/problems.ts'
import type { Core } from '../../../core/app.ts'
import { startRetry } from '../../../core/imports/problems.ts'
import { readMapping } from '../mapping-argument.ts'
import { EXIT, formatSeconds, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'
import { positive } from './row.ts'

const n = (value: number) => value.toLocaleString('en-US')

export function problemsCommand(program: Command): void {
  program
    .command('problems')
    .argument('<workspace>')
    .description(
      'rows that could not be stored: counts by kind, whether every row is accounted for, and a CSV',
    )
    .option('--code <code>', 'only this kind, e.g. bad_time')
    .option('--source <source>', 'only of this source', positive)
    .option(
      '--out <file>',
      'write the rows as CSV: every column as it was, then what is wrong; - for standard output',
    )
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: { code?: string; source?: number; out?: string; json?: boolean }) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const { code, source: sourceId } = options
          if (options.out !== undefined) await writeCsv(core, options.out, { code, sourceId })
          const { kinds, sum, broken } = await core.ask('problems.overview', {})
          const shown = kinds
            .filter((kind) => code === undefined || kind.code === code)
            .map((kind) => ({
              ...kind,
              parts: kind.parts.filter((part) => sourceId === undefined || part.sourceId === sourceId),
            }))
            .filter(({ parts }) => parts.length > 0)
          if (options.json && options.out !== '-') printJson({ kinds: shown, sum, broken })
          else {
            for (const kind of shown) {
              for (const part of kind.parts)
                say(
                  `${kind.code.padEnd(20)} ${n(part.count).padStart(10)}  source ${part.sourceId}  ${part.file}`,
                )
            }
            say(
              `${n(sum.rowsIn)} rows in = ${n(sum.rowsStored)} stored + ${n(sum.problems)} in the problem list` +
                (sum.holds ? '' : ': THIS DOES NOT HOLD'),
            )
            for (const { file, rowsIn, rowsStored, problems, listed } of broken)
              say(
                `! ${file}: ${n(rowsIn)} in, ${n(rowsStored)} stored, ${n(problems)} problems, ${n(listed)} listed`,
              )
            if (!sum.holds) say('Something outside Shoal changed the database. Run: shoal check ' + workspace)
          }
          return sum.holds ? EXIT.ok : EXIT.problemsFound
        }),
      ),
    )
}

/** Piece by piece, so that any number of rows can be written. */
async function writeCsv(
  core: Core,
  file: string,
  which: { code: string | undefined; sourceId: number | undefined },
): Promise<void> {
  const out: Writable = file === '-' ? process.stdout : createWriteStream(file)
  let after = null as ProblemCsv['next']
  do {
    const piece: ProblemCsv = await core.ask('problems.csv', {
      ...(which.code !== undefined && { code: which.code }),
      ...(which.sourceId !== undefined && { sourceId: which.sourceId }),
      ...(after && { after }),
    })
    if (!out.write(piece.text)) await new Promise((resolve) => out.once('drain', resolve))
    after = piece.next
  } while (after)
  if (file !== '-') {
    out.end()
    await finished(out)
  }
}

export function retryCommand(program: Command): void {
  program
    .command('retry')
    .argument('<workspace>')
    .description(
      'read problem rows again by another mapping, from what the workspace keeps; the file is not needed',
    )
    .requiredOption('--source <source>', 'number of the source; `shoal problems` lists them', positive)
    .requiredOption(
      '--mapping <mapping>',
      'what the columns mean: a mapping file, or the name of a saved one',
    )
    .option('--code <code>', 'only rows of this kind, e.g. bad_time')
    .option('--json', 'print one JSON document')
    .action(
      (workspace: string, options: { source: number; mapping: string; code?: string; json?: boolean }) =>
        run(options.json, () =>
          withCore(async (core) => {
            const mapping = readMapping(core, options.mapping)
            await core.open(workspacePath(workspace), false)
            const { source: sourceId, code } = options
            const job = startRetry(core.context, core.session()!, { sourceId, code, mapping })
            const result = (await finishJob(core, job)) as unknown as RetryResult
            if (options.json) printJson(result)
            else {
              say(
                result.sourceId === null
                  ? `None of the ${n(result.rowsIn)} rows could be stored by this mapping. Nothing was changed.`
                  : `${n(result.rowsIn)} rows read again, ${n(result.rowsStored)} stored, ${n(result.problems)} still in the ` +
                      `problem list (${formatSeconds(result.seconds)})`,
              )
              for (const { code: still, count } of result.kinds) say(`  ${still}: ${n(count)}`)
            }
          }),
        ),
    )
}
