/**
 * The kernels beside igraph, networkit, PyTorch and graphology, one thread each, on LFR-like graphs. Rounds alternate
 * between all of them, so that load on the machine hits all alike; ratios are shoal's median / the peer's, by the clock and in
 * processor time (which other processes disturb less).
 *
 *   node tests/bench/graph/kernels.ts [nodes ...]         default 100000
 *   node tests/bench/graph/kernels.ts --only NAME,... [nodes ...]   multiply, pagerank, components, cores, triangles, hops
 *   node tests/bench/graph/kernels.ts --rss [nodes]       memory of each kernel, in a process of its own
 *   node tests/bench/graph/kernels.ts --large             10M edges: CSR, PageRank, components in one process
 *   PYTHON=/opt/venv/bin/python names the Python with igraph, networkit, torch; what it lacks is told.
 */
import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePace } from '../../../src-main/common/pace.ts'
import { multiply } from '../../../src-main/compute/diffusion/multiply.ts'
import type { Csr } from '../../../src-main/compute/graph/types.ts'
import { hops } from '../../../src-main/compute/kernels/bfs.ts'
import { components } from '../../../src-main/compute/kernels/components.ts'
import { coreNumbers } from '../../../src-main/compute/kernels/core-numbers.ts'
import { pageRank } from '../../../src-main/compute/kernels/pagerank.ts'
import { triangles } from '../../../src-main/compute/kernels/triangles.ts'
import { graphologyPeer } from './kernels_graphology.ts'
import { randomCsr } from './kernels_random.ts'
import { lfrLike } from './lfr.ts'

const WIDTH = 64
const ROUNDS = 5
const pace = freePace()
const kernels: Record<string, (csr: Csr) => Promise<unknown>> = {
  pagerank: (csr) => pageRank(csr, { tolerance: 1e-10 }, pace),
  components: (csr) => components(csr, pace),
  cores: (csr) => coreNumbers(csr, pace),
  triangles: (csr) => triangles(csr, pace),
  hops: (csr) => hops(csr, 0, pace),
}
const signal = (n: number): Float32Array => {
  let state = 1
  return new Float32Array(n * WIDTH).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}
const operator = (csr: Csr) => ({ ...csr, values: csr.weights })
const product = (csr: Csr, x: Float32Array) => multiply(operator(csr), x, WIDTH, pace)

const median = (times: number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1]
const ms = (seconds: number): string => (1000 * seconds).toFixed(seconds < 0.02 ? 1 : 0)
/** Seconds by the clock, and of processor time (all threads of the process). */
interface Took {
  wall: number
  cpu: number
}

async function time(work: () => unknown): Promise<Took> {
  const start = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 }
}

function save(folder: string, csr: Csr, x: Float32Array): void {
  const edges = new Uint32Array(csr.targets.length)
  let at = 0
  for (let u = 0; u < csr.n; u++)
    for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
      if (csr.targets[e] < u) continue
      edges[at++] = u
      edges[at++] = csr.targets[e]
    }
  const arrays = { 'edges.u32': edges, 'offsets.u32': csr.offsets, 'targets.u32': csr.targets }
  for (const [name, array] of Object.entries({ ...arrays, 'weights.f32': csr.weights, 'x.f32': x }))
    writeFileSync(join(folder, name), array)
}

type Answer = (Took & { version: string }) | { missing: true }

/** A Python process that times a library's algorithm when asked to. */
function peers(folder: string, n: number): { ask(line: string): Promise<Answer>; end(): void } {
  const script = join(import.meta.dirname, 'kernels_peer.py')
  const child = spawn(process.env.PYTHON ?? 'python3', [script, folder, String(n)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(line) {
      child.stdin.write(`${line}\n`)
      const answer = await lines.next()
      if (answer.done) throw new Error(`The peer process ended at "${line}".`)
      return JSON.parse(answer.value) as Answer
    },
    end: () => child.stdin.end(),
  }
}

async function compare(title: string, csr: Csr, only: (name: string) => boolean): Promise<void> {
  const { n } = csr
  const x = signal(n)
  console.log(`\n${title}: ${n} nodes, ${csr.targets.length / 2} edges`)
  const folder = mkdtempSync(join(tmpdir(), 'shoal-kernels-'))
  const peer = peers(folder, n)
  try {
    save(folder, csr, x)
    for (const name of ['multiply', ...Object.keys(kernels)].filter(only)) {
      const ours = name === 'multiply' ? () => product(csr, x) : () => kernels[name](csr)
      const libraries = name === 'multiply' ? ['torch'] : ['igraph', 'networkit']
      const times = new Map<string, Took[]>()
      const note = (who: string, took: Took): void => {
        times.set(who, [...(times.get(who) ?? []), took])
      }
      const missing = new Set<string>()
      for (let round = 0; round < (n < 500_000 ? ROUNDS : 3); round++) {
        note('shoal', await time(ours))
        for (const library of libraries) {
          const answer = await peer.ask(`${library} ${name}`)
          if ('missing' in answer) missing.add(library)
          else note(`${library} ${answer.version}`, answer)
        }
      }
      report(name, times)
      for (const who of missing) console.log(`    ${who}: not installed in this Python`)
      if (name === 'pagerank') await agreement(folder, csr)
    }
  } finally {
    peer.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Medians of each by the clock and in processor time, and shoal's divided by the peer's. */
function report(name: string, times: Map<string, Took[]>): void {
  const of = (list: Took[], key: keyof Took): number => median(list.map((took) => took[key]))
  const line = (who: string, list: Took[]): string =>
    `${who.padEnd(20)} ${ms(of(list, 'wall')).padStart(7)} ms, cpu ${ms(of(list, 'cpu')).padStart(7)} ms`
  const mine = times.get('shoal')!
  console.log(
    `  ${name}\n    ${line('shoal', mine)}, first call ${ms(mine[0].wall)} ms, cpu ${ms(mine[0].cpu)} ms`,
  )
  for (const [who, theirs] of times) {
    if (who === 'shoal') continue
    const ratio = (key: keyof Took): string => (of(mine, key) / of(theirs, key)).toFixed(3)
    console.log(`    ${line(who, theirs)}; ratio ${ratio('wall')}, cpu ${ratio('cpu')}`)
  }
}

/** On a graph of its own, and last: a heap full of its objects slows down all that comes after. */
async function compareGraphology(n: number, only: (name: string) => boolean): Promise<void> {
  const { csr } = lfrLike(n, 0.3, 7)
  console.log(`\ngraphology, plain code; LFR-like: ${n} nodes, ${csr.targets.length / 2} edges, once each`)
  for (const [name, theirs] of Object.entries(graphologyPeer(csr))) {
    if (!only(name)) continue
    await kernels[name](csr)
    const times = new Map([['shoal', [await time(() => kernels[name](csr))]]])
    times.set('graphology', [await time(theirs)])
    report(name, times)
  }
}

/** How far everybody's PageRank is from ours at 1e-12, summed over nodes. */
async function agreement(folder: string, csr: Csr): Promise<void> {
  const exact = await pageRank(csr, { tolerance: 1e-12 }, pace)
  const distance = (rank: ArrayLike<number>) =>
    exact.reduce((sum, value, u) => sum + Math.abs(value - rank[u]), 0).toExponential(1)
  console.log(
    `    distance to shoal at 1e-12 (L1): shoal ${distance(await pageRank(csr, { tolerance: 1e-10 }, pace))}`,
  )
  for (const library of ['igraph', 'networkit']) {
    try {
      const bytes = readFileSync(join(folder, `${library}.f64`))
      console.log(`      ${library} ${distance(new Float64Array(new Uint8Array(bytes).buffer))}`)
    } catch {
      // It is not installed.
    }
  }
}

/** The highest resident memory so far, bytes. (On Linux maxRSS begins with that of the process it was forked from.) */
const mostResident = (): number =>
  process.platform === 'linux'
    ? Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024
    : process.resourceUsage().maxRSS * 1024
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

/** The graph is made once and read by a process for each kernel, whose memory holds nothing else then. */
function memoryOfEach(n: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-kernels-'))
  try {
    const csr = randomCsr(n, Math.round(3.4 * n), 3)
    save(folder, csr, signal(n))
    console.log(`${n} nodes, ${csr.targets.length / 2} edges; more than the graph (and x) itself, at most:`)
    for (const name of ['multiply', ...Object.keys(kernels)])
      spawnSync(process.execPath, [import.meta.filename, '--rss-of', name, folder], { stdio: 'inherit' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function memoryOf(name: string, folder: string): Promise<void> {
  const read = (file: string): ArrayBuffer => {
    const path = join(folder, file)
    const bytes = new Uint8Array(statSync(path).size)
    const descriptor = openSync(path, 'r')
    for (let at = 0; at < bytes.length;) at += readSync(descriptor, bytes, at, bytes.length - at, at)
    closeSync(descriptor)
    return bytes.buffer
  }
  const offsets = new Uint32Array(read('offsets.u32'))
  const targets = new Uint32Array(read('targets.u32'))
  const csr = { n: offsets.length - 1, offsets, targets, weights: new Float32Array(read('weights.f32')) }
  const x = name === 'multiply' ? new Float32Array(read('x.f32')) : new Float32Array(0)
  const before = process.memoryUsage.rss()
  await (name === 'multiply' ? product(csr, x) : kernels[name](csr))
  const more = mostResident() - before
  const edges = targets.length / 2
  console.log(`  ${name.padEnd(10)} ${mib(more).padStart(8)}, ${(more / edges).toFixed(1)} bytes/edge`)
}

async function large(): Promise<void> {
  const began = performance.now()
  const csr = randomCsr(2_600_000, 10_000_000, 5)
  console.log(`CSR of ${csr.n} nodes, ${csr.targets.length / 2} edges: ${mib(mostResident())} at most`)
  const ranked = await time(() => kernels.pagerank(csr))
  console.log(
    `PageRank ${ranked.wall.toFixed(1)} s (cpu ${ranked.cpu.toFixed(1)}): ${mib(mostResident())} at most`,
  )
  let count = 0
  const joined = await time(async () => (count = (await components(csr, pace)).count))
  console.log(
    `components ${joined.wall.toFixed(2)} s (cpu ${joined.cpu.toFixed(2)}), ${count} of them: ${mib(mostResident())} at most`,
  )
  console.log(`all in ${((performance.now() - began) / 1000).toFixed(1)} s; limit 2048 MiB resident`)
  if (mostResident() > 2 ** 31) process.exitCode = 1
}

const args = process.argv.slice(2)
if (args[0] === '--rss') memoryOfEach(Number(args[1] ?? 1_000_000))
else if (args[0] === '--rss-of') await memoryOf(args[1], args[2])
else if (args[0] === '--large') await large()
else {
  const names = args[0] === '--only' ? args[1].split(',') : null
  const sizes = (names === null ? args : args.slice(2)).map(Number)
  const only = (name: string): boolean => names === null || names.includes(name)
  console.log(
    `Node ${process.version}, load ${loadavg()[0].toFixed(2)}, medians of ${ROUNDS} (3 from 500,000 nodes up)`,
  )
  for (const n of sizes.length > 0 ? sizes : [100_000]) {
    const { csr, realisedMu } = lfrLike(n, 0.3, 7)
    await compare(`LFR-like, realised mu ${realisedMu.toFixed(3)}`, csr, only)
  }
  // No communities and skewed degrees: neighbours' rows lie all over memory.
  if (only('multiply'))
    await compare('random, skewed', randomCsr(100_000, 600_000, 3), (name) => name === 'multiply')
  await compareGraphology(20_000, only)
  console.log(`load ${loadavg()[0].toFixed(2)}`)
}
