import { writeFile } from 'node:fs/promises'
import { isCancelled, ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import {
  ACCOUNT_COLUMNS,
  accountLine,
  EVENT_COLUMNS,
  eventLines,
  LINK_COLUMNS,
  linkLines,
} from './account-rows.ts'
import { fillEvents } from './activity.ts'
import { buildWorld } from './build.ts'
import { dateText, timeText } from './calendar.ts'
import { CsvFile, csvField } from './csv.ts'
import { accountId } from './entities.ts'
import { EventBuffer } from './event-buffer.ts'
import { LABEL_SOURCES, planLabels, planReports, reportRow } from './judgement-rows.ts'
import { CSV_FILES, GENERATOR, nameOf, SimulationFolders, MARK_FILE } from './output.ts'
import { CITIES } from './places.ts'
import { planRelations, RELATION_TYPES, type RelationPlan, relationRow } from './relations.ts'
import { Rng } from './rng.ts'
import { ratesOf, type ResolvedOptions, type SimulateOptions, simulateOptionsSchema } from './settings.ts'
import { FIRST_MALICIOUS, ROLE, ROLES, type World } from './world.ts'

export interface SimulateResult {
  out: string
  /** `rows` without the header. */
  files: { name: string; rows: number; bytes: number }[]
  truthFile: string
  setting: string
  seed: number
  accounts: number
  malicious: number
  takenOver: number
  rings: number
  relations: number
  links: number
  events: number
  reports: number
  labels: number
}

/**
 * Writes a simulated export to `options.out` and its truth to `<out>-truth`. Deterministic: the same options give
 * byte-identical files on every machine. Streams; about 120 bytes of plan per account and 45 per relation.
 *
 * @throws ShoalError invalid_input for options or folders that can't be used; cancelled (nothing is left behind).
 */
export async function simulate(options: SimulateOptions, pace: Pace): Promise<SimulateResult> {
  const parsed = simulateOptionsSchema.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue.path.join('.')
    throw new ShoalError(
      'invalid_input',
      `Simulation option ${where || '(all)'}: ${issue.message}.`.replace('..', '.'),
      {
        option: where,
      },
    )
  }
  const folders = await SimulationFolders.prepare(parsed.data.out)
  const files: CsvFile[] = []
  try {
    await pace.checkpoint()
    const world = await buildWorld(parsed.data, pace)
    const relations = await planRelations(world, pace)
    const result = await writeAll(world, relations, folders, files, parsed.data, pace)
    await folders.publish()
    return result
  } catch (error) {
    for (const file of files) await file.abandon().catch(() => {})
    await folders.discard()
    if (isCancelled(error)) throw new ShoalError('cancelled', 'Cancelled.')
    throw error
  }
}

async function writeAll(
  world: World,
  relations: RelationPlan,
  folders: SimulationFolders,
  files: CsvFile[],
  options: ResolvedOptions,
  pace: Pace,
): Promise<SimulateResult> {
  const make = (name: (typeof CSV_FILES)[number], columns: readonly string[]): CsvFile => {
    const file = new CsvFile(folders.exportPart(name), columns)
    files.push(file)
    return file
  }
  const accounts = make('accounts.csv', ACCOUNT_COLUMNS)
  const related = make('relations.csv', ['src', 'dst', 'type', 'weight', 'first_seen', 'last_seen'])
  const links = make('links.csv', LINK_COLUMNS)
  const events = make('events.csv', EVENT_COLUMNS)
  const reports = make('reports.csv', [
    'report_id',
    'account_id',
    'reporter_id',
    'ts',
    'lang',
    'category',
    'text',
  ])
  const labels = make('labels.csv', ['account_id', 'label', 'source', 'ts'])
  const truth = new CsvFile(folders.truthPart('truth.csv'), TRUTH_COLUMNS)
  const aboutReports = new CsvFile(folders.truthPart('reports.csv'), [
    'report_id',
    'category',
    'account_malicious',
  ])
  files.push(truth, aboutReports)

  const rng = new Rng()
  const buffer = new EventBuffer()
  const addEvent = (line: string): void => events.add(line)
  const addLink = (line: string): void => links.add(line)
  for (let p = 0; p < world.accounts; p++) {
    const i = world.order[p]
    accounts.add(accountLine(world, i, rng))
    fillEvents(world, i, rng, buffer)
    eventLines(world, i, buffer, addEvent)
    linkLines(world, i, buffer, rng, addLink)
    relationLines(world, relations, p, rng, (line) => related.add(line))
    truth.add(truthLine(world, i))
    if ((p & 127) === 0) {
      for (const file of files) await file.drain()
      pace.progress({ phase: 'simulate.write', done: p, total: world.accounts, unit: 'accounts' })
      await pace.checkpoint()
    }
  }
  await writeReports(world, relations, reports, aboutReports, pace)
  await writeLabels(world, labels, pace)
  for (const file of files) await file.close()
  pace.progress({ phase: 'simulate.write', done: world.accounts, total: world.accounts, unit: 'accounts' })

  let malicious = 0
  let takenOver = 0
  for (const role of world.role) {
    if (role >= FIRST_MALICIOUS) malicious++
    if (role === ROLE.taken_over) takenOver++
  }
  const counts = {
    accounts: world.accounts,
    malicious,
    takenOver,
    rings: world.rings.length,
    relations: related.rows,
    links: links.rows,
    events: events.rows,
    reports: reports.rows,
    labels: labels.rows,
  }
  const { out: _, ...told } = options
  const about = { generator: GENERATOR, version: 1, options: told, rates: ratesOf(options), counts }
  await writeFile(folders.truthPart('truth.json'), `${JSON.stringify(about, null, 2)}\n`)
  const mark = { simulated: true, generator: GENERATOR, version: 1, options: told }
  await writeFile(folders.exportPart(MARK_FILE), `${JSON.stringify(mark, null, 2)}\n`)
  return {
    out: folders.out,
    files: files
      .slice(0, CSV_FILES.length)
      .map((f) => ({ name: nameOf(f.path), rows: f.rows, bytes: f.bytes })),
    truthFile: folders.truthPart('truth.csv').replace(/\.part$/, ''),
    setting: options.setting,
    seed: options.seed,
    ...counts,
  }
}

function relationLines(
  world: World,
  relations: RelationPlan,
  position: number,
  rng: Rng,
  add: (line: string) => void,
): void {
  const src = world.order[position]
  const from = accountId(world, src)
  for (let k = relations.offsets[position]; k < relations.offsets[position + 1]; k++) {
    const dst = relations.dst[k]
    const row = relationRow(world, rng, src, dst, relations.type[k])
    add(
      `${from},${accountId(world, dst)},${RELATION_TYPES[relations.type[k]]},${row.weight},${dateText(row.first)},${dateText(row.last)}`,
    )
  }
}

const TRUTH_COLUMNS = [
  'account_id',
  'role',
  'malicious',
  'ring_id',
  'ring_kind',
  'scheme',
  'misuse_from',
  'compromised_from',
  'circle_id',
  'circle_kind',
]

function truthLine(world: World, i: number): string {
  const role = world.role[i]
  const malicious = role >= FIRST_MALICIOUS
  const ring = malicious ? world.rings[world.ring[i]] : undefined
  const circle = world.circle[i] >= 0 ? world.circles[world.circle[i]] : undefined
  const since = malicious ? timeText(world.misuse[i], CITIES[world.city[i]].offset) : ''
  const scheme = ring === undefined || ring.kind === 'farm' || ring.kind === 'spam' ? '' : ring.scheme
  return [
    accountId(world, i),
    ROLES[role],
    malicious ? 1 : 0,
    ring === undefined ? '' : `r${world.ring[i]}`,
    ring?.kind ?? '',
    scheme,
    since,
    role === ROLE.taken_over ? since : '',
    circle === undefined ? '' : `c${world.circle[i]}`,
    circle?.kind ?? '',
  ].join(',')
}

async function writeReports(
  world: World,
  relations: RelationPlan,
  file: CsvFile,
  about: CsvFile,
  pace: Pace,
): Promise<void> {
  const plan = await planReports(world, pace)
  const rng = new Rng()
  for (let n = 0; n < plan.order.length; n++) {
    const k = plan.order[n]
    const i = plan.account[k]
    const row = reportRow(world, relations, plan, k, rng)
    const id = `R${String(n + 1).padStart(7, '0')}`
    const reporter = row.reporter < 0 ? '' : accountId(world, row.reporter)
    file.add(
      `${id},${accountId(world, i)},${reporter},${timeText(plan.ts[k], row.offset)},${row.lang},${row.category},${csvField(row.text)}`,
    )
    about.add(`${id},${row.truth},${world.role[i] >= FIRST_MALICIOUS ? 1 : 0}`)
    if ((n & 1023) === 0) {
      await file.drain()
      await about.drain()
      pace.progress({ phase: 'simulate.reports', done: n, total: plan.order.length, unit: 'reports' })
      await pace.checkpoint()
    }
  }
}

async function writeLabels(world: World, file: CsvFile, pace: Pace): Promise<void> {
  const plan = await planLabels(world, pace)
  for (let n = 0; n < plan.order.length; n++) {
    const k = plan.order[n]
    const i = plan.account[k]
    const label = plan.extra[k] === 1 ? 'malicious' : 'benign'
    const { offset } = CITIES[world.city[i]]
    file.add(
      `${accountId(world, i)},${label},${LABEL_SOURCES[plan.source[k]]},${timeText(plan.ts[k], offset)}`,
    )
    if ((n & 4095) === 0) {
      await file.drain()
      await pace.checkpoint()
    }
  }
}
