import { InvalidArgumentError, type Command } from 'commander'
import type { CaseRow } from '../../../common/contract/cases.ts'
import { ShoalError } from '../../../common/errors.ts'
import type { Core } from '../../../core/app.ts'
import { startPack } from '../../../core/evidence/service.ts'
import { integerOption, run } from '../run.ts'
import { printJson, say } from '../output.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'

interface Options {
  case: string
  out: string
  pin?: number[]
  top?: number
  pseudonyms?: boolean
  json?: boolean
}

/** 'C-3,C-17' as community ids. */
function communityList(text: string): number[] {
  return text.split(/[,\s]+/).map((name) => {
    const match = /^c-?(\d+)$/i.exec(name)
    if (!match || Number(match[1]) < 1) throw new InvalidArgumentError('Communities are written C-1,C-2,….')
    return Number(match[1]) - 1
  })
}

export function packCommand(program: Command): void {
  program
    .command('pack')
    .argument('<workspace>')
    .description("write a case's evidence pack")
    .requiredOption('--case <name>', 'the case; made when --pin or --top says what is in it')
    .requiredOption('--out <dir>', 'folder in which the pack is made')
    .option('--pin <list>', 'communities to pin first, e.g. C-3,C-17', communityList)
    .option('--top <n>', 'pin the n communities with most flagged accounts', integerOption)
    .option('--pseudonyms', 'replace account keys by pseudonyms')
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const found = await caseFor(core, options.case, options.pin, options.top)
          const result = await packCase(core, found.id, options.out, options.pseudonyms ?? false)
          if (options.json) printJson(result)
          else say(`Evidence pack with ${String(result['files'])} files: ${String(result['path'])}`)
        }),
      ),
    )
}

/** The case of that name; made, and its communities pinned, when the caller says what belongs in it. */
export async function caseFor(
  core: Core,
  name: string,
  pin: number[] | undefined,
  top: number | undefined,
): Promise<CaseRow> {
  const cases = await core.ask('cases.list', {})
  let found = cases.find((c) => c.name === name)
  const communities = [...(pin ?? [])]
  if (top) {
    const list = await core.ask('communities.list', { limit: top, sort: 'flagged' })
    communities.push(...list.rows.map((row) => row.id))
  }
  if (!found) {
    if (communities.length === 0) {
      const names = cases.map((c) => c.name).join(', ') || 'none yet'
      throw new ShoalError(
        'not_found',
        `There is no case "${name}" (cases: ${names}). Pin communities with --pin or --top to make it.`,
      )
    }
    found = await core.ask('cases.create', { name })
  }
  for (const ref of communities) {
    await core.ask('cases.addItem', { id: found.id, item: { kind: 'community', ref } })
  }
  return found
}

export function packCase(
  core: Core,
  caseId: number,
  out: string,
  pseudonyms: boolean,
): Promise<Record<string, unknown>> {
  return finishJob(core, startPack(core.context, core.session()!, { caseId, out, pseudonyms }))
}
