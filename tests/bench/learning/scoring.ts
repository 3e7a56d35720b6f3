/**
 * Scoring a million accounts: hops of diffusion by our kernels, then the network's head by onnxruntime-node, beside the
 * same network in PyTorch (scoring_peer.py: MKL's CSR product and a torch head, in chunks of the size that suits it best).
 * Two threads each; rounds alternate, so that load on the machine hits both. Ratios are shoal's best / PyTorch's best, by
 * the clock and in processor time.
 *
 *   node tests/bench/learning/scoring.ts [--accounts 1000000] [--edges 5000000] [--heads 1,5] [--rounds 3]
 *   node tests/bench/learning/scoring.ts --fixture      writes tests/reference/network-scoring.json
 *   PYTHON=/opt/venv/bin/python names the Python with torch.
 *
 * Ends with 1 where the scores differ by more than 1e-4 in probability.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { format } from 'prettier'
import { freePace } from '../../../src-main/common/pace.ts'
import { Random } from '../../../src-main/compute/communities/random.ts'
import { rowNormalised, type Operator } from '../../../src-main/compute/diffusion/operator.ts'
import {
  gatedNetwork,
  gatedNetworkParams,
  networkToBytes,
  type NetworkMember,
} from '../../../src-main/compute/network/index.ts'
import { openHead, scoreAccounts, scoringColumns } from '../../../src-main/compute/network/scoring.fixture.ts'
import { headParts, type Part } from '../../../src-main/compute/network/shape.ts'
import { powers } from '../../../src-main/compute/diffusion/filters.ts'
import { randomCsr } from '../graph/kernels_random.ts'

const WIDTH = 16
const HOPS = 3
const pace = freePace()

interface Answer {
  wall: number
  cpu: number
  hops: number
  head: number
  how?: string
  version?: string
}

const argument = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : process.argv[at + 1]
}

/** Skewed base features, and labels that depend on an account's own and its neighbours' values. */
async function world(n: number, edges: number): Promise<{ a: Operator; x: Float32Array }> {
  const a = rowNormalised(randomCsr(n, edges, 1))
  const random = new Random(2)
  const x = new Float32Array(n * WIDTH)
  for (let i = 0; i < x.length; i++) x[i] = i % 3 === 0 ? Math.exp(4 * random.next()) : random.next() - 0.5
  return { a, x }
}

async function train(a: Operator, x: Float32Array, heads: number): Promise<NetworkMember> {
  const hops = await powers(a, x, WIDTH, HOPS, pace)
  const rows = Math.min(a.n, 4000)
  const columns = scoringColumns(WIDTH, HOPS)
  const table = new Float32Array(rows * columns.length)
  const y = new Uint8Array(rows)
  const random = new Random(3)
  for (let i = 0; i < rows; i++) {
    const u = Math.floor((i * a.n) / rows)
    for (let c = 0; c < columns.length; c++)
      table[i * columns.length + c] = hops[Math.floor(c / WIDTH)][u * WIDTH + (c % WIDTH)]
    const lean = 6 * table[i * columns.length + WIDTH + 1] + 3 * table[i * columns.length + 2]
    y[i] = random.next() < 1 / (1 + Math.exp(1 - lean)) ? 1 : 0
  }
  const params = gatedNetworkParams.parse({ heads, epochs: 5 })
  return gatedNetwork.train({ columns, rows, x: table, y }, params, 1, pace)
}

/** What the peer reads. */
function save(folder: string, a: Operator, x: Float32Array, member: NetworkMember): void {
  const put = (name: string, data: Float32Array | Uint32Array): void =>
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  put('offsets.u32', a.offsets)
  put('targets.u32', a.targets)
  put('values.f32', a.values)
  put('x.f32', x)
  const { encoding, heads, hidden, dense } = member.data
  const parts = Object.entries(headParts(member.shape)).filter(([name]) => name !== 'length') as [
    string,
    Part,
  ][]
  const network = {
    codes: encoding.codes,
    ends: encoding.channels.map(({ end }) => end),
    hidden,
    dense,
    heads: heads.map((head) =>
      Object.fromEntries(
        parts.map(([name, { at, length }]) => [name, Array.from(head.subarray(at, at + length))]),
      ),
    ),
  }
  writeFileSync(join(folder, 'network.json'), JSON.stringify(network))
}

function peer(folder: string, n: number): { ask(): Promise<Answer>; end(): void } {
  const script = join(import.meta.dirname, 'scoring_peer.py')
  const child = spawn(process.env.PYTHON ?? 'python3', [script, folder, `${n}`, `${WIDTH}`, `${HOPS}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask() {
      child.stdin.write('score\n')
      const answer = await lines.next()
      if (answer.done) throw new Error('The peer process ended; PYTHON has to name a Python with torch.')
      return JSON.parse(answer.value) as Answer
    },
    end: () => child.stdin.end(),
  }
}

const probability = (margin: number): number => 1 / (1 + Math.exp(-margin))

function largestDifference(a: Float32Array, b: Float32Array): number {
  let most = 0
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(probability(a[i]) - probability(b[i])))
  return most
}

function torchScores(folder: string): Float32Array {
  const bytes = readFileSync(join(folder, 'torch.f32'))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

async function bench(a: Operator, x: Float32Array, heads: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-scoring-'))
  try {
    const member = await train(a, x, heads)
    save(folder, a, x, member)
    const head = await openHead(member, 2)
    const other = peer(folder, a.n)
    const ours: Answer[] = []
    const theirs: Answer[] = []
    let scores = new Float32Array(0)
    // One round first, which counts for neither: memory is touched, code compiled.
    for (let round = 0; round <= rounds; round++) {
      const cpu = process.cpuUsage()
      const start = performance.now()
      const result = await scoreAccounts(a, x, WIDTH, HOPS, head, pace)
      const wall = (performance.now() - start) / 1000
      const used = process.cpuUsage(cpu)
      scores = result.margins
      const answer = await other.ask()
      if (round === 0) continue
      ours.push({ wall, cpu: (used.user + used.system) / 1e6, hops: result.hops, head: result.head })
      theirs.push(answer)
    }
    other.end()
    await head.release()
    const difference = largestDifference(scores, torchScores(folder))
    const best = (list: Answer[], key: 'wall' | 'cpu' | 'hops' | 'head'): number =>
      Math.min(...list.map((one) => one[key]))
    const line = (name: string, list: Answer[]): string =>
      `${name.padEnd(8)} ${best(list, 'wall').toFixed(2)} s (hops ${best(list, 'hops').toFixed(2)}, head ${best(list, 'head').toFixed(2)}), processor ${best(list, 'cpu').toFixed(2)} s`
    console.log(
      `${a.n} accounts, ${a.targets.length / 2} edges, ${WIDTH} features, ${HOPS} hops, ${heads} head(s)`,
    )
    console.log(line('shoal', ours))
    console.log(`${line('torch', theirs)}   ${theirs[0].version}, ${theirs[0].how}`)
    console.log(
      `ratio ${(best(ours, 'wall') / best(theirs, 'wall')).toFixed(2)} by the clock, ${(best(ours, 'cpu') / best(theirs, 'cpu')).toFixed(2)} in processor time; scores differ by ${difference.toExponential(1)} at most; load ${loadavg()[0].toFixed(1)}; peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
    )
    if (!(difference <= 1e-4)) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fixture(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-scoring-'))
  try {
    const { a, x } = await world(150, 500)
    const member = await train(a, x, 2)
    save(folder, a, x, member)
    const other = peer(folder, a.n)
    const { version } = await other.ask()
    other.end()
    const base64 = (data: Uint8Array | Float32Array | Uint32Array): string =>
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')
    const content = {
      made: 'PYTHON=python-with-torch node tests/bench/learning/scoring.ts --fixture',
      torch: version,
      n: a.n,
      width: WIDTH,
      hops: HOPS,
      offsets: base64(a.offsets),
      targets: base64(a.targets),
      values: base64(a.values),
      x: base64(x),
      network: base64(networkToBytes(member.data)),
      margins: Array.from(torchScores(folder)),
    }
    const file = join(import.meta.dirname, '../../reference/network-scoring.json')
    writeFileSync(file, await format(JSON.stringify(content), { parser: 'json', printWidth: 110 }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv.includes('--fixture')) await fixture()
else {
  const { a, x } = await world(Number(argument('accounts', '1000000')), Number(argument('edges', '5050000')))
  for (const heads of argument('heads', '1,5').split(','))
    await bench(a, x, Number(heads), Number(argument('rounds', '3')))
}
