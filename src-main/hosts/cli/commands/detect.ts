import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DetectorInfo, ParamInfo } from '../../../common/contract/detectors.ts'
import { ShoalError } from '../../../common/errors.ts'
import { writeMembership } from '../../../core/detectors/export.ts'
import { createComputePort } from '../../../core/jobs/compute-port.ts'
import { startNodeCompute } from '../../node/compute.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { readRecipe } from '../recipe-argument.ts'
import { integerOption, run } from '../run.ts'
import { detectIn, withCore, workspacePath } from '../session.ts'

interface Options {
  detector: string
  seed: number
  param: string[]
  graph?: number
  recipe?: string
  stability: boolean
  out?: string
  list?: boolean
  json?: boolean
}

export function detectCommand(program: Command): void {
  program
    .command('detect')
    .argument('[workspace]')
    .description('find communities, rings or dense blocks with a detector of choice')
    .option('--detector <id>', 'which detector; --list names them', 'leiden')
    .option('--seed <s>', 'seed of the detector', integerOption, 1)
    .option('--param <name=value>', 'a parameter of the detector; repeatable', collect, [])
    .option('--graph <run>', 'graph run to search; default: the graph that is shown', integerOption)
    .option('--recipe <recipe>', 'build this graph and search it: a file, NAME or NAME@REVISION')
    .option('--no-stability', 'do not measure stability, which takes several more runs')
    .option('--out <file>', 'write account_id,community as CSV')
    .option('--list', 'list the detectors and their parameters')
    .option('--json', 'print one JSON document')
    .action((workspace: string | undefined, options: Options) =>
      run(options.json, async () => {
        if (options.list) return list(options.json ?? false)
        if (workspace === undefined)
          throw new ShoalError('invalid_input', 'Name a workspace, or --list to see the detectors.')
        const folder = options.out === undefined ? null : dirname(resolve(options.out))
        if (folder !== null && !existsSync(folder))
          throw new ShoalError('invalid_input', `--out: there is no folder ${folder}. Make it first.`)
        await withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const infos = await core.context.compute.call('compute.detectors', {})
          const result = await detectIn(core, {
            detector: options.detector,
            params: parseGiven(infos, options.detector, options.param),
            seed: options.seed,
            stability: options.stability,
            ...(options.graph !== undefined && { graphRunId: options.graph }),
            ...(options.recipe !== undefined && { recipe: readRecipe(core, options.recipe) }),
          })
          const rows =
            options.out === undefined
              ? null
              : await writeMembership(core.context.open().db, result['runId'] as number, options.out)
          if (options.json) printJson({ ...result, ...(rows !== null && { out: options.out, rows }) })
          else sayDetection(result, options.out)
        })
      }),
    )
}

const collect = (given: string, before: string[]) => [...before, given]

/** `name=value` texts as the kinds that the detector declares. What is out of range is the detector's to refuse. */
export function parseGiven(
  infos: readonly Pick<DetectorInfo, 'id' | 'params'>[],
  detector: string,
  given: string[],
): Record<string, unknown> {
  const params = infos.find((info) => info.id === detector)?.params ?? []
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw new ShoalError('invalid_input', `--param ${text} must be NAME=VALUE.`)
      const name = text.slice(0, at)
      return [name, parseValue(params.find((param) => param.name === name)?.kind, text.slice(at + 1))]
    }),
  )
}

function parseValue(kind: ParamInfo['kind'] | undefined, text: string): unknown {
  if (kind === 'accounts') return text.split(',').filter((key) => key !== '')
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (kind === 'choice') return text
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

async function list(json: boolean): Promise<void> {
  const compute = createComputePort(startNodeCompute)
  try {
    const infos = await compute.call('compute.detectors', {})
    if (json) return printJson(infos)
    for (const info of infos) {
      say(`${info.id}  ${info.help}`)
      say(`    ${info.source}`)
      for (const param of info.params) say(`    --param ${sample(param)}  ${param.help}`)
    }
  } finally {
    compute.close()
  }
}

function sample({ name, kind, default: preset, min, max, choices }: ParamInfo): string {
  const range = choices ? choices.join('|') : min !== undefined && max !== undefined ? `${min}…${max}` : kind
  return `${name}=${range}${preset === null || kind === 'accounts' ? '' : ` [${String(preset)}]`}`
}

function sayDetection(result: Record<string, unknown>, out: string | undefined): void {
  const n = (key: string) => (result[key] as number).toLocaleString('en-US')
  const measure = (key: string) =>
    result[key] === null ? 'not measured' : (result[key] as number).toFixed(3)
  say(`run ${String(result['runId'])}: ${n('communities')} communities of ${n('members')} accounts`)
  say(`  modularity ${measure('modularity')}, stability ${measure('stability')}`)
  say(`  every community connected: ${result['allConnected'] === true ? 'yes' : 'no'}`)
  say(`  in ${formatSeconds(result['seconds'] as number)}${out === undefined ? '' : `; written to ${out}`}`)
}
