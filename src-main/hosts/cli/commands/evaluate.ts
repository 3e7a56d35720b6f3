import type { Command } from 'commander'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import {
  DAILY_REVIEWS,
  protocolSchema,
  type BenchResult,
  type BenchRow,
  type Protocol,
  type ProtocolInput,
} from '../../../common/contract/lab.ts'
import type { Estimate } from '../../../common/contract/learning.ts'
import { ShoalError, toErrorShape } from '../../../common/errors.ts'
import { DEFAULT_RECIPE } from '../../../common/recipe.ts'
import { parseSplits } from '../../../common/splits-file.ts'
import type { Core } from '../../../core/app.ts'
import { isWorkspace } from '../../../core/db/open.ts'
import { newestRuns } from '../../../core/workspace/queries.ts'
import { formatSeconds, printJson, say } from '../output.ts'
import { readRecipe } from '../recipe-argument.ts'
import { integerOption, run } from '../run.ts'
import { benchIn, importInto, withCore, workspacePath, type BenchCall } from '../session.ts'
import { parseGiven } from './detect.ts'

export interface ProtocolOptions {
  splits?: string
  protocol?: string
  seeds: number
  train?: number
  test?: number
  folds: number
  windows: number
}
interface Options extends ProtocolOptions {
  seed: number
  scorer: string[]
  param: string[]
  recipe?: string
  capacity: number
  controls?: boolean
  curve?: boolean
  json?: boolean
}

const collect = (given: string, before: string[]) => [...before, given]
const PROTOCOLS = ['stratified', 'random', 'time', 'community']

export function evaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .argument('<source>', 'an export (folder, CSV files’ folder or .zip) or a workspace')
    .description('how well scorers find malicious accounts that they were not told of')
    .option('--splits <file>', 'CSV: account_id and one column per split with train, val or test')
    .option('--protocol <name>', `${PROTOCOLS.join(', ')} (default: stratified)`)
    .option('--seeds <n>', 'splits drawn (stratified, random)', integerOption, 5)
    .option('--seed <s>', 'the first seed', integerOption, 1)
    .option('--train <share>', 'share of the labels trained on', Number)
    .option('--test <share>', 'share of the labels tested with (stratified, random)', Number)
    .option('--folds <n>', 'folds of whole communities (community)', integerOption, 5)
    .option('--windows <n>', 'windows that the later part is cut into (time)', integerOption, 1)
    .option(
      '--scorer <id>',
      'a scorer (`shoal train --list` names them); repeatable, "all" for every one',
      collect,
      [],
    )
    .option('--param <name=value>', 'a parameter of the one scorer; repeatable', collect, [])
    .option('--recipe <recipe>', 'graph design: a file, NAME or NAME@REVISION of the workspace')
    .option('--capacity <k>', 'reviews a day: k of precision@k and recall@k', integerOption, DAILY_REVIEWS)
    .option('--controls', 'also without the graph, and on a rewired one')
    .option('--curve', 'also with fewer labels')
    .option('--json', 'print one JSON document')
    .action((source: string, options: Options) =>
      run(options.json, async () => {
        // What is wrong with the question is said before anything is imported.
        const protocol = protocolOf(options)
        const path = resolve(source)
        const workspace = workspaceOf(source)
        if (workspace === null && !existsSync(path))
          throw new ShoalError('not_found', `There is no export or workspace ${path}.`)
        const scratch = workspace === null ? mkdtempSync(join(tmpdir(), 'shoal-evaluate-')) : null
        try {
          await withCore(async (core) => {
            const call = await callOf(core, options, protocol)
            await core.open(workspace ?? join(scratch!, 'export'), workspace === null)
            if (scratch !== null) await bringIn(core, path)
            const result = await benchIn(core, { ...call, ...graphsOf(core, options) })
            failWhereAllDid(result)
            if (options.json) printJson(asJson(result, call.scorers))
            else sayBench(result)
          })
        } finally {
          if (scratch !== null) rmSync(scratch, { recursive: true, force: true })
        }
      }),
    )
}

const workspaceOf = (source: string): string | null => {
  const named = workspacePath(source)
  return isWorkspace(named) ? named : null
}

/** The protocol that the options name. Throws invalid_input. */
export function protocolOf(options: ProtocolOptions): Protocol {
  const { splits, seeds, train, test, folds, windows } = options
  const kind = options.protocol ?? 'stratified'
  if (splits !== undefined) {
    if (options.protocol !== undefined)
      throw new ShoalError('invalid_input', '--splits and --protocol exclude each other.')
    let text: string
    try {
      text = readFileSync(splits, 'utf8')
    } catch (error) {
      throw new ShoalError('invalid_input', `--splits ${splits}: ${toErrorShape(error).message}`)
    }
    const file = basename(splits)
    return { kind: 'splits', file, splits: parseSplits(text, file) }
  }
  if (!PROTOCOLS.includes(kind))
    throw new ShoalError(
      'invalid_input',
      `There is no protocol ${kind}. There are ${PROTOCOLS.join(', ')}; or name a file with --splits.`,
    )
  const shares = { ...(train !== undefined && { train }), ...(test !== undefined && { test }) }
  const given =
    kind === 'time'
      ? { kind, windows, ...(train !== undefined && { train }) }
      : kind === 'community'
        ? { kind, folds }
        : { kind, seeds, ...shares }
  const parsed = protocolSchema.safeParse(given as ProtocolInput)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ShoalError('invalid_input', `--${issue!.path.join('.')}: ${issue!.message}`)
}

async function callOf(core: Core, options: Options, protocol: Protocol): Promise<BenchCall> {
  const infos = await core.context.compute.call('compute.scorers', {})
  const named = options.scorer.length === 0 ? ['default'] : options.scorer
  for (const id of named)
    if (id !== 'all' && !infos.some((info) => info.id === id))
      throw new ShoalError(
        'invalid_input',
        `There is no scorer ${id}. There are ${infos.map((info) => info.id).join(', ')}.`,
      )
  const scorers = named.includes('all') ? [] : [...new Set(named)]
  if (options.param.length > 0 && scorers.length !== 1)
    throw new ShoalError('invalid_input', '--param belongs to one scorer; name one with --scorer.')
  return {
    scorers,
    params: scorers.length === 1 ? parseGiven(infos as never, scorers[0]!, options.param) : {},
    protocol,
    capacity: options.capacity,
    controls: options.controls ?? false,
    curve: options.curve ?? false,
    seed: options.seed,
  }
}

/** Imports the export, and takes the workspace that it is in off the list of recent ones. */
async function bringIn(core: Core, path: string): Promise<void> {
  await core.ask('workspace.forget', { path: core.context.open().path })
  const imported = await importInto(core, [path])
  if (imported['rowsStored'] === 0)
    throw new ShoalError(
      'invalid_input',
      `Nothing could be imported from ${path}. docs/export-layout.md says what an export is.`,
    )
}

/** The named design; else the shown graph of a workspace; else the default design. */
function graphsOf(core: Core, { recipe }: Options): Pick<BenchCall, 'graphRunIds' | 'recipes'> {
  if (recipe !== undefined) return { recipes: [readRecipe(core, recipe)] }
  const shown = newestRuns(core.context.open().db).graph
  return shown === undefined ? { recipes: [DEFAULT_RECIPE] } : { graphRunIds: [shown] }
}

function failWhereAllDid({ rows }: BenchResult): void {
  const failed = rows.filter((row) => row.error !== null)
  if (rows.length > 0 && failed.length === rows.length)
    throw new ShoalError('invalid_input', failed[0]!.error!)
}

/** One scorer: its row on top. Several: rows under `results`. What holds for all of them is beside it. */
function asJson(result: BenchResult, scorers: readonly string[] | undefined): Record<string, unknown> {
  const { rows, graphs, ...about } = { ...result, runId: undefined }
  const shared = { ...about, graph: graphs[0] }
  const real = rows.filter((row) => row.control === null)
  const controlsOf = (scorer: string) => rows.filter((row) => row.control !== null && row.scorer === scorer)
  const withControls = (row: BenchRow) => {
    const controls = controlsOf(row.scorer).map((control) => ({ ...control, graphRunId: undefined }))
    // The workspace of an export is gone when this is read: its run's number would say nothing.
    return {
      ...row,
      graphRunId: undefined,
      control: undefined,
      ...(controls.length > 0 && { controls }),
    }
  }
  if (scorers?.length === 1 && real.length === 1) {
    const row = withControls(real[0]!)
    return { ...shared, ...row, totalSeconds: result.seconds }
  }
  return { results: real.map(withControls), ...shared }
}

const percent = (value: number) => (100 * value).toFixed(1)
const measured = ({ mean, sd, low, high }: Estimate): string =>
  `${percent(mean)}${sd > 0 ? ` ±${percent(sd)}` : ''} [${percent(low)}, ${percent(high)}]`

function sayBench(result: BenchResult): void {
  for (const graph of result.graphs) {
    const { homophily, badGivenBad, labelled } = graph
    say(
      `${graph.recipe}: ${count(graph.accounts)} accounts, ${count(graph.edges)} edges; ` +
        `${count(labelled.malicious)} labelled malicious, ${count(labelled.benign)} benign`,
    )
    say(
      homophily === null
        ? '  no ties between labelled accounts: the graph can tell little'
        : `  homophily ${homophily.plain.toFixed(3)} (adjusted for chance ${homophily.adjusted.toFixed(3)})`,
    )
    if (badGivenBad !== null)
      say(
        `  of the labelled neighbours of malicious accounts ${percent(badGivenBad.rate)}% are malicious ` +
          `[${percent(badGivenBad.low)}, ${percent(badGivenBad.high)}]; of all labelled ${percent(badGivenBad.base)}%`,
      )
  }
  if (result.simulated) say('These accounts are simulated.')
  say(
    `${result.protocolText}; ${count(result.tested)} tested, ${percent(result.baseRate)}% of them malicious`,
  )
  for (const note of result.notes) say(`  ${note}`)
  say('')
  const k = `@${result.capacity}`
  const table = [
    ['scorer', 'AUROC', 'AUPRC', `precision${k}`, `recall${k}`, 'time'],
    ...result.rows.map((row) => [
      row.scorer + (row.control === null ? '' : ` · ${CONTROL_WORDS[row.control]}`),
      ...(row.perSplit.length === 0
        ? ['', '', '', '', '']
        : [
            measured(row.auroc),
            measured(row.auprc),
            percent(row.precisionAtK.mean),
            percent(row.recallAtK.mean),
            formatSeconds(row.seconds),
          ]),
      row.error ?? '',
    ]),
  ]
  const widths = table[0]!.map((_, c) => Math.max(...table.map((row) => row[c]!.length)))
  for (const row of table)
    say(
      row
        .map((cell, c) => cell.padEnd(widths[c] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  for (const row of result.rows)
    for (const point of row.curve ?? [])
      say(
        `  ${row.scorer}, ${count(point.labels)} labels: AUROC ${percent(point.auroc)}, AUPRC ${percent(point.auprc)}`,
      )
}

const CONTROL_WORDS = { features_only: 'without the graph', rewired: 'rewired graph' } as const
const count = (n: number) => n.toLocaleString('en-US')
