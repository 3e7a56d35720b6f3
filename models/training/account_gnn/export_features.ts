/**
 * Simulates the worlds of worlds.ts, imports them, builds their graphs and writes what the app would feed the
 * network, so that training and use share one implementation:
 *
 *   node models/training/account_gnn/export_features.ts OUT [--real ../shared/data]
 *
 * Into OUT: plan.json (columns, scales, worlds) and per world <id>.columns.f32 (accounts × columns, before the
 * model's normalisation), <id>.rewired.f32 (the same over the degree-preserving control graph) and <id>.truth.u8
 * (1 = malicious in truth). With --real, also tolokers and reddit with their labels: they are never trained on.
 */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePace } from '../../../src-main/common/pace.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { combineCsr } from '../../../src-main/compute/graph/csr.ts'
import { runGraphStep } from '../../../src-main/compute/graph/step.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import {
  CHANNELS,
  COLUMN_COUNT,
  columnInfo,
  diffuse,
  fillColumns,
  gapColumns,
  operatorsOf,
  scaleFeatures,
} from '../../../src-main/compute/learning/account-gnn/channels.ts'
import type { FeatureScale } from '../../../src-main/compute/learning/account-gnn/channels.ts'
import { FEATURES, GAPS, toModelSpace } from '../../../src-main/compute/learning/account-gnn/feature-list.ts'
import { rawFeatures } from '../../../src-main/compute/learning/account-gnn/features.ts'
import type { RawFeatures } from '../../../src-main/compute/learning/account-gnn/features.ts'
import { familiesOf } from '../../../src-main/compute/learning/facts/structure.ts'
import type { GraphFamilies } from '../../../src-main/compute/learning/facts/structure.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { openDatabase } from '../../../src-main/core/db/open.ts'
import { rewired } from './rewire.ts'
import { WORLDS } from './worlds.ts'
import type { WorldPlan } from './worlds.ts'

/** Scaled features and normalised columns are cut here: one odd account must not swamp its neighbours. */
const CLIP = 5

interface World {
  id: string
  split: string
  setting: string
  raw: RawFeatures
  families: GraphFamilies
  truth: Uint8Array
  edges: number
}

/** Imports some files into a throw-away workspace, builds its graph and computes the raw features. */
async function readWorld(
  paths: string[],
  isMalicious: (key: string) => boolean,
): Promise<Omit<World, 'id' | 'split' | 'setting'>> {
  const workspace = mkdtempSync(join(tmpdir(), 'shoal-training-'))
  openDatabase(workspace).close()
  const db = openStore(workspace)
  try {
    const ctx: ComputeContext = {
      ...freePace(),
      workspace,
      db,
      modelsDir: '/nowhere',
      appVersion: 'training',
      jobId: null,
      // Not a date anybody reads: it must only be the same each time.
      now: () => 1_700_000_000_000,
      log: () => {},
    }
    await importExport(ctx, { paths })
    const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
    const families = familiesOf(graph)
    const raw = await rawFeatures(ctx, graph, families)
    const keys = new Map(db.prepare('SELECT id, key FROM account').raw().all() as [number, string][])
    const truth = Uint8Array.from(graph.accountIds, (id) => (isMalicious(keys.get(id)!) ? 1 : 0))
    return { raw, families, truth, edges: graph.combined.targets.length / 2 }
  } finally {
    db.close()
    rmSync(workspace, { recursive: true, force: true })
  }
}

/** Keys whose `column` says `value`, of a CSV file without quotes. */
function keysOf(file: string, test: (cells: string[], header: string[]) => boolean): Set<string> {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const header = head.split(',')
  return new Set(
    lines.flatMap((line) => {
      const cells = line.split(',')
      return test(cells, header) ? [cells[0]] : []
    }),
  )
}

async function simulated(plan: WorldPlan): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-world-'))
  try {
    const out = join(folder, 'export')
    const { accounts, seed, setting, maliciousShare } = plan
    await simulate(
      { out, accounts, seed, setting, ...(maliciousShare && { maliciousShare }) } as never,
      freePace(),
    )
    const bad = keysOf(
      join(`${out}-truth`, 'truth.csv'),
      (cells, header) => cells[header.indexOf('malicious')] === '1',
    )
    const kept = join(folder, 'kept')
    mkdirSync(kept)
    for (const name of ['accounts', 'relations', 'links', 'events', 'reports'].map((x) => `${x}.csv`))
      if (existsSync(join(out, name)) && !plan.without?.includes(name))
        cpSync(join(out, name), join(kept, name))
    const world = await readWorld([kept], (key) => bad.has(key))
    return { id: plan.id, split: plan.split, setting, ...world }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Mean and spread in model space of every feature over the training worlds, missing values left out. */
function scaleOf(worlds: readonly World[]): FeatureScale {
  const width = FEATURES.length
  const mean: number[] = []
  const std: number[] = []
  FEATURES.forEach((feature, k) => {
    let count = 0
    let sum = 0
    let squares = 0
    for (const { raw } of worlds)
      for (let at = k; at < raw.values.length; at += width) {
        if (Number.isNaN(raw.values[at])) continue
        const value = toModelSpace(feature, raw.values[at])
        count++
        sum += value
        squares += value * value
      }
    const m = count > 0 ? sum / count : 0
    mean.push(m)
    std.push(Math.max(1e-3, count > 0 ? Math.sqrt(Math.max(0, squares / count - m * m)) : 1))
  })
  return { mean, std, clip: CLIP }
}

async function columnsOf(world: World, families: GraphFamilies, scale: FeatureScale): Promise<Float32Array> {
  const channels = await diffuse(operatorsOf(families), scaleFeatures(world.raw, scale), freePace())
  const out = new Float32Array(world.raw.n * COLUMN_COUNT)
  fillColumns(channels, gapColumns(world.raw), 0, world.raw.n, out)
  return out
}

function rewiredFamilies({ families }: World, seed: number): GraphFamilies {
  const relations = families.relations && rewired(families.relations, seed)
  const entities = families.entities && rewired(families.entities, seed + 1)
  const parts = [relations, entities].filter((x) => x !== null)
  return {
    n: families.n,
    relations,
    entities,
    all: parts.length > 0 ? combineCsr(families.n, parts).csr : families.all,
  }
}

/** Of the simulator's source: worlds of the same seed differ when it changes. */
function simulatorHash(): string {
  const folder = resolve(import.meta.dirname, '../../../src-main/compute/simulate')
  const hash = createHash('sha256')
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort())
    if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
      hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

const out = resolve(process.argv[2] ?? '')
if (!process.argv[2]) throw new Error('Usage: export_features.ts OUT [--real FOLDER]')
const realAt = process.argv.indexOf('--real')
mkdirSync(out, { recursive: true })
const write = (name: string, data: Float32Array | Uint8Array) =>
  writeFileSync(join(out, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))

const worlds: World[] = []
for (const plan of WORLDS) {
  const world = await simulated(plan)
  worlds.push(world)
  const bad = world.truth.reduce((s, v) => s + v, 0)
  console.error(`${world.id}: ${world.raw.n} accounts, ${world.edges} edges, ${bad} malicious`)
}
const scale = scaleOf(worlds.filter((w) => w.split === 'train'))
if (realAt > 0)
  for (const id of ['tolokers', 'reddit']) {
    const folder = resolve(process.argv[realAt + 1], id)
    const bad = keysOf(
      join(folder, 'labels.csv'),
      (cells, header) => cells[header.indexOf('label')] === 'malicious',
    )
    const paths = ['accounts.csv', 'relations.csv'].map((name) => join(folder, name))
    const world = await readWorld(paths, (key) => bad.has(key))
    worlds.push({ id, split: 'real', setting: id, ...world })
    console.error(`${id}: ${world.raw.n} accounts, ${world.edges} edges, ${bad.size} malicious`)
  }
for (const [k, world] of worlds.entries()) {
  write(`${world.id}.columns.f32`, await columnsOf(world, world.families, scale))
  write(`${world.id}.rewired.f32`, await columnsOf(world, rewiredFamilies(world, 9000 + 2 * k), scale))
  write(`${world.id}.truth.u8`, world.truth)
}
writeFileSync(
  join(out, 'plan.json'),
  JSON.stringify(
    {
      columns: columnInfo(),
      features: FEATURES.map((x, k) => ({
        name: x.name,
        gap: x.gap,
        mean: scale.mean[k],
        std: scale.std[k],
      })),
      gaps: GAPS,
      channels: CHANNELS.map((c) => c.id),
      clip: CLIP,
      worlds: worlds.map(({ id, split, setting, raw, edges }) => ({ id, split, setting, n: raw.n, edges })),
      plans: WORLDS,
      simulatorSha256: simulatorHash(),
    },
    null,
    1,
  ),
)
