/**
 * Boosting and extra-trees beside scikit-learn and LightGBM on the same rows and the same settings, taking turns, so that
 * whatever else the machine does hits all of them. Ours runs on one thread, the peers on one and on two. Medians of
 * wall seconds and of processor seconds (all threads; what a busy machine leaves comparable), and held-out AUROC / AUPRC.
 *
 *   node tests/bench/learning/trees.ts [--rounds 3] [--size small|large|both] [--only boosting|extra-trees]
 *   node tests/bench/learning/trees.ts --table FOLDER   a real table: x.f32, y.u8, table.json {rows, width, splits:[{train, test}]}
 *   PYTHON names the Python that has numpy, scikit-learn and lightgbm.
 *
 * small: 5,900 simulated rows × 120 columns, as Tolokers has; large: 100,000 × 100. 300 trees of 31 leaves; extra-trees
 * with at least 5 rows a leaf. Then: one row explained, and rows scored a second.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { freePace } from '../../../src-main/common/pace.ts'
import { Random } from '../../../src-main/compute/communities/random.ts'
import { auprc, auroc } from '../../../src-main/compute/learning/evaluate/metrics.ts'
import type { TrainedMember } from '../../../src-main/compute/learning/types.ts'
import {
  boosting,
  boostingParams,
  extraTrees,
  extraTreesParams,
} from '../../../src-main/compute/trees/index.ts'
import { columnsOf } from '../../../src-main/compute/trees/testing.ts'

interface Table {
  rows: number
  width: number
  x: Float32Array
  y: Uint8Array
  splits: { train: number[]; test: number[] }[]
}
interface Result {
  seconds: number
  cpu: number
  auroc: number
  auprc: number
}

/** Correlated columns of which a third matter, some by product, 5% missing; about a fifth malicious. Simulated. */
function simulated(rows: number, width: number, rounds: number): Table {
  const random = new Random(5)
  const x = new Float32Array(rows * width)
  const y = new Uint8Array(rows)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  for (let i = 0; i < rows; i++) {
    const hidden = Array.from({ length: 8 }, normal)
    for (let k = 0; k < width; k++) {
      const v = hidden[k % 8] + normal()
      // Some columns are counts or flags, as features of accounts are.
      x[i * width + k] = k % 10 === 0 ? (v > 0 ? 1 : 0) : k % 10 === 1 ? Math.round(2 * v) : v
    }
    const margin = 0.8 * hidden[0] + hidden[1] * hidden[2] + 0.5 * Math.abs(hidden[3]) - 2
    y[i] = random.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0
    for (let k = 0; k < width; k++) if (random.next() < 0.05) x[i * width + k] = NaN
  }
  const train = Array.from({ length: rows - Math.min(rows >> 1, 20_000) }, (_, i) => i)
  const test = Array.from({ length: rows - train.length }, (_, i) => train.length + i)
  return { rows, width, x, y, splits: Array.from({ length: rounds }, () => ({ train, test })) }
}

function readTable(folder: string, rounds: number): Table {
  const { rows, width, splits } = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8')) as Table
  const x = new Float32Array(new Uint8Array(readFileSync(join(folder, 'x.f32'))).buffer)
  const y = Uint8Array.from(readFileSync(join(folder, 'y.u8')))
  return { rows, width, x, y, splits: splits.slice(0, rounds) }
}

class Peer {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  readonly #dir: string
  constructor(table: Table) {
    this.#dir = mkdtempSync(join(tmpdir(), 'shoal-trees-'))
    writeFileSync(join(this.#dir, 'x.f32'), table.x)
    writeFileSync(join(this.#dir, 'y.u8'), table.y)
    const venv = '/opt/venv/bin/python'
    const python = process.env.PYTHON ?? (existsSync(venv) ? venv : 'python3')
    const script = join(import.meta.dirname, 'trees_peer.py')
    this.#child = spawn(python, [script, this.#dir, String(table.rows), String(table.width)], {
      // Threads that wait by spinning would be counted as work on a busy machine.
      env: { ...process.env, OMP_WAIT_POLICY: 'passive' },
    })
    this.#child.stderr.on('data', (text: Buffer) => {
      if (!/Warning|warn/.test(text.toString())) process.stderr.write(text)
    })
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }
  async next<T>(): Promise<T> {
    const { value, done } = await this.#lines.next()
    if (done)
      throw new Error('The Python peer ended: it needs numpy, scikit-learn and lightgbm (set PYTHON).')
    return JSON.parse(value) as T
  }
  ask(request: object): Promise<Result> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    return this.next()
  }
  stop(): void {
    this.#child.stdin.end()
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

const take = (table: Table, rows: number[]) => {
  const x = new Float32Array(rows.length * table.width)
  for (const [k, i] of rows.entries())
    x.set(table.x.subarray(i * table.width, (i + 1) * table.width), k * table.width)
  return {
    columns: columnsOf(table.width),
    rows: rows.length,
    x,
    y: Uint8Array.from(rows, (i) => table.y[i]),
  }
}
const middle = (values: number[]): number => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1]
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const sd = (values: number[]): number => {
  const m = mean(values)
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)))
}

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: 'both' },
    only: { type: 'string' },
    table: { type: 'string' },
    trees: { type: 'string', default: '300' },
    share: { type: 'string', default: '1' },
  },
})
const rounds = Number(flags.rounds)
const SETTINGS = {
  boosting: {
    trees: Number(flags.trees),
    leaves: 31,
    rate: 0.06,
    l2: 5,
    leafRows: 20,
    share: Number(flags.share),
  },
  'extra-trees': { trees: Number(flags.trees), leafRows: 5, share: 0.3 },
}
const pace = freePace()

async function ours(
  name: keyof typeof SETTINGS,
  table: Table,
  round: number,
): Promise<Result & { member: TrainedMember }> {
  const split = table.splits[round]
  const [data, held] = [take(table, split.train), take(table, split.test)]
  const { share, ...same } = SETTINGS[name]
  const started = performance.now()
  const used = process.cpuUsage()
  const member =
    name === 'boosting'
      ? await boosting.train(
          data,
          boostingParams.parse({ ...same, columnsPerTree: 1, columnsPerSplit: share }),
          round,
          pace,
        )
      : await extraTrees.train(
          data,
          extraTreesParams.parse({ ...same, depth: 64, columnsPerSplit: share }),
          round,
          pace,
        )
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(used)
  const margins = member.predict(held.x, held.rows)
  return {
    seconds,
    cpu: (user + system) / 1e6,
    auroc: auroc(held.y, margins),
    auprc: auprc(held.y, margins),
    member,
  }
}

async function compare(name: keyof typeof SETTINGS, table: Table): Promise<void> {
  const peer = new Peer(table)
  const versions = await peer.next<{ sklearn: string; lightgbm: string }>()
  const models = name === 'boosting' ? (['hgb', 'lightgbm'] as const) : (['extra-trees'] as const)
  const peers = models.flatMap((model) => [1, 2].map((threads) => ({ model, threads })))
  const mine: Result[] = []
  const theirs: Result[][] = peers.map(() => [])
  let member: TrainedMember | undefined
  for (let round = 0; round < table.splits.length; round++) {
    const run = await ours(name, table, round)
    member = run.member
    mine.push(run)
    for (const [k, one] of peers.entries()) {
      const result = await peer.ask({ ...one, ...SETTINGS[name], ...table.splits[round], seed: round })
      theirs[k].push(result)
      process.stderr.write(
        `  round ${round + 1}: ours ${run.seconds.toFixed(2)} s (cpu ${run.cpu.toFixed(2)}), ${one.model} on ${one.threads} ${result.seconds.toFixed(2)} s (cpu ${result.cpu.toFixed(2)})\n`,
      )
    }
  }
  peer.stop()
  const show = (label: string, results: Result[], against?: Result[]): void => {
    const [s, c] = [middle(results.map((r) => r.seconds)), middle(results.map((r) => r.cpu))]
    const ratio = against
      ? `   ours takes ${(middle(against.map((r) => r.seconds)) / s).toFixed(2)} × (processor ${(middle(against.map((r) => r.cpu)) / c).toFixed(2)} ×)`
      : ''
    const [a, p] = [results.map((r) => 100 * r.auroc), results.map((r) => 100 * r.auprc)]
    console.log(
      `  ${s.toFixed(2).padStart(6)} s  cpu ${c.toFixed(2).padStart(6)} s  AUROC ${mean(a).toFixed(2)} ± ${sd(a).toFixed(2)}  AUPRC ${mean(p).toFixed(2)} ± ${sd(p).toFixed(2)}  ${label}${ratio}`,
    )
  }
  console.log(
    `\n${name}, ${table.splits[0].train.length} rows × ${table.width} columns, ${JSON.stringify(SETTINGS[name])}`,
  )
  show('shoal, 1 thread', mine)
  for (const [k, { model, threads }] of peers.entries())
    show(
      `${model === 'lightgbm' ? `LightGBM ${versions.lightgbm}` : `scikit-learn ${versions.sklearn} ${model}`}, ${threads} thread${threads > 1 ? 's' : ''}`,
      theirs[k],
      mine,
    )
  const some = take(table, table.splits[0].test.slice(0, 200))
  member!.contributions(some.x, 5)
  let began = performance.now()
  member!.contributions(some.x, 20)
  const explain = (performance.now() - began) / 20
  began = performance.now()
  for (let k = 0; k < 5; k++) member!.predict(some.x, some.rows)
  const score = (5 * some.rows) / ((performance.now() - began) / 1000)
  console.log(
    `  one row explained in ${explain.toFixed(2)} ms; ${Math.round(score)} rows scored a second (JavaScript)`,
  )
}

console.log(
  `load ${loadavg()
    .map((v) => v.toFixed(1))
    .join(' ')}, node ${process.version}`,
)
const tables: Table[] = []
if (flags.table !== undefined) tables.push(readTable(flags.table, rounds))
else {
  if (flags.size !== 'large') tables.push(simulated(11_800, 120, rounds))
  if (flags.size !== 'small') tables.push(simulated(120_000, 100, rounds))
}
for (const table of tables)
  for (const name of ['boosting', 'extra-trees'] as const)
    if (flags.only === undefined || flags.only === name) await compare(name, table)
console.log(
  `load ${loadavg()
    .map((v) => v.toFixed(1))
    .join(' ')}`,
)
