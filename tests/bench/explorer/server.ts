/**
 * What the explorer costs the server (core, the engine, compute): processor time of what a window asks, by the questions the
 * renderer asks, over its websocket. Processor time, not the clock's: it says the same on a loaded machine.
 *
 *   node tests/bench/explorer/server.ts WORKSPACE [--only open,select,search,community] [--rounds 2] [--profile DIR]
 *
 * --profile writes a .cpuprofile of every process to the folder.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import type { AppInput, AppOutput, MethodName } from '../../../src-main/common/contract/index.ts'
import type { Selection } from '../../../src-main/common/contract/selection.ts'
import { createRpcClient } from '../../../src-main/common/rpc/client.ts'
import { wsTransport } from '../../../src-main/hosts/node/ws-transport.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: 'open,select,search,community' },
    rounds: { type: 'string', default: '2' },
    profile: { type: 'string' },
  },
})
const workspace = resolve(positionals[0]!)
const only = new Set(values.only.split(','))
const rounds = Number(values.rounds)
const ROOT = resolve(import.meta.dirname, '../../..')
const say = (text: string) => process.stdout.write(`${text}\n`)
const DAY = 86_400_000

/** Processor time of one process with all its threads, ms. */
function cpuOf(pid: number): number {
  let ns = 0
  try {
    for (const task of readdirSync(`/proc/${pid}/task`))
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    // It has ended meanwhile.
  }
  return ns / 1e6
}
const childrenOf = (pid: number): number[] => {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}
const rssOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

interface Spent {
  core: number
  others: number
}
async function serve() {
  const user = mkdtempSync(join(tmpdir(), 'shoal-server-bench-'))
  const profile = values.profile && resolve(values.profile)
  if (profile) mkdirSync(profile, { recursive: true })
  const flags = profile ? ['--cpu-prof', '--cpu-prof-interval', '500', '--cpu-prof-dir', profile] : []
  const child = spawn(
    process.execPath,
    [...flags, join(ROOT, 'src-main/hosts/cli/main.ts'), 'serve', '--json'],
    {
      env: { ...process.env, SHOAL_USER_DIR: user, SHOAL_ACTOR: 'bench' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let out = ''
  const url = await new Promise<string>((done) =>
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.trimEnd().endsWith('}')) done((JSON.parse(out) as { url: string }).url)
    }),
  )
  const { host, hash } = new URL(url)
  const token = new URLSearchParams(hash.slice(1)).get('token')!
  const socket = new WebSocket(`ws://${host}/rpc?token=${token}`, {
    origin: `http://${host}`,
    maxPayload: 1 << 30,
  })
  await new Promise((done, fail) => socket.once('open', done).once('error', fail))
  const client = createRpcClient(wsTransport(socket))
  const pid = child.pid!
  const all = (): Spent => ({
    core: cpuOf(pid),
    others: childrenOf(pid).reduce((sum, one) => sum + cpuOf(one), 0),
  })
  return {
    call: async <N extends MethodName>(name: N, input: AppInput<N>): Promise<AppOutput<N>> =>
      (await client.call(name, input)) as never,
    spent: all,
    /** What the work took until it was answered; processes are let come to rest before. */
    async cost(work: () => Promise<unknown>): Promise<Spent & { wall: number }> {
      for (let quiet = 0; quiet < 2;) {
        const before = total(all())
        await new Promise((done) => setTimeout(done, 60))
        quiet = total(all()) - before < 3 ? quiet + 1 : 0
      }
      const before = all()
      const from = performance.now()
      await work()
      const wall = performance.now() - from
      // What is done behind the answer belongs to it, too.
      await new Promise((done) => setTimeout(done, 30))
      const after = all()
      return { core: after.core - before.core, others: after.others - before.others, wall }
    },
    rss: () => [pid, ...childrenOf(pid)].map(rssOf),
    async stop() {
      client.close()
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await ended
      rmSync(user, { recursive: true, force: true })
    },
  }
}
type Served = Awaited<ReturnType<typeof serve>>
const total = (spent: Spent) => spent.core + spent.others
const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0)
const parts = (spent: Spent) =>
  `${ms(total(spent)).padStart(6)} ms (core ${ms(spent.core)}, engine ${ms(spent.others)})`
const quantile = (list: number[], q: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))]!

const app = await serve()
try {
  await new Promise((done) => setTimeout(done, 2500)) // the engine's process starts
  // What a window asks between the click on a recent workspace and its first map.
  const { span, tzOffset } = await opening(app)
  await new Promise((done) => setTimeout(done, 4000))
  say(`memory: ${app.rss().map(ms).join(', ')} MiB (core, then its children)`)
  if (only.has('select')) await selecting(app, span, tzOffset)
  if (only.has('search')) await searching(app)
  if (only.has('community')) await community(app)
  say(`memory: ${app.rss().map(ms).join(', ')} MiB`)
} finally {
  await app.stop()
}

async function opening({ call, cost }: Served) {
  let info: AppOutput<'workspace.open'> | null = null
  const open = await cost(async () => (info = await call('workspace.open', { path: workspace })))
  const { span, tzOffset } = info as never as { span: { from: number; to: number }; tzOffset: number }
  const map = await cost(async () => {
    await call('session.state', { window: 'main' })
    const wide = { from: span.from, to: span.to }
    await Promise.all([
      call('accounts.count', { selection: {} }),
      call('communities.map', { selection: {} }),
      call('explore.places', {}),
      call('explore.channel', { channel: 'risk' }),
      call('explore.channel', { channel: 'label' }),
      call('timeline.reports', { selection: {}, span: wide, limit: 5000 }),
      call('timeline.get', { selection: {}, lanes: 'communities', tzOffset, bins: 680, maxLanes: 12 }),
    ])
  })
  const rest = await cost(() =>
    Promise.all([
      call('explore.channels', {}),
      call('communities.regions', {}),
      call('explore.histogram', { channel: 'risk', selection: {}, bins: 36 }),
    ]),
  )
  say(
    `open: workspace.open ${parts(open)}, first map ${parts(map)}: ${ms(total(open) + total(map))} ms in all`,
  )
  say(`  then legend and names ${parts(rest)}`)
  return { span, tzOffset }
}

/** All that the linked views ask when the selection changes. */
async function linked(
  { call }: Served,
  selection: Selection,
  span: { from: number; to: number },
  tzOffset: number,
) {
  const { time: _, ...others } = selection
  const overview = call('timeline.get', {
    selection: others,
    lanes: 'communities',
    tzOffset,
    bins: 680,
    maxLanes: 12,
  })
  const all: Promise<unknown>[] = [
    call('accounts.count', { selection }),
    call('accounts.list', { selection, sort: 'score', descending: true, limit: 100, offset: 0 }),
    overview,
    call('timeline.reports', { selection: others, span, limit: 5000 }),
    call('communities.list', { selection, limit: 100, offset: 0 }),
    call('explore.histogram', { channel: 'risk', selection, bins: 36 }),
    call('communities.selected', { selection }),
    call('explore.mask', { selection }),
  ]
  const laneIds = (await overview).lanes.map(({ id }) => id).filter((id) => id !== 'others')
  const fine = { span, bins: 971, laneIds, maxLanes: laneIds.length }
  all.push(call('timeline.get', { selection: others, lanes: 'communities', tzOffset, ...fine }))
  await Promise.all(all)
}

async function selecting(app: Served, span: { from: number; to: number }, tzOffset: number) {
  const { to } = span
  const set = async (ids: number[]) => (await app.call('sets.create', { kind: 'picked', accounts: ids })).id
  const map = await app.call('communities.map', { selection: {} })
  const found = await app.call('search.accounts', { query: 'u18' })
  const selections: [string, Selection][] = [
    ['twelve communities', { communities: Array.from(map.id.subarray(20, 32)) }],
    ['one community (a click)', { communities: [map.id[4000 % map.id.length]!] }],
    ['the largest community', { communities: [map.id[0]!] }],
    ['a day of events', { time: { from: to - 20 * DAY, to: to - 19 * DAY } }],
    ['a month of events', { time: { from: to - 60 * DAY, to: to - 30 * DAY } }],
    [`a search's set (${found.accounts.length})`, { sets: [await set(Array.from(found.accounts))] }],
    ['the riskiest', { risk: { min: 0.9, max: 1 } }],
    ['registered in a month', { registered: { from: to - 60 * DAY, to: to - 30 * DAY } }],
    ['share a device', { sharing: { type: 'device', atLeast: 1 } }],
    [
      'labelled malicious in that month',
      { labels: ['malicious'], time: { from: to - 60 * DAY, to: to - 30 * DAY } },
    ],
    ['everybody again', {}],
  ]
  for (let round = 1; round <= rounds; round++) {
    for (const [name, selection] of selections) {
      const spent = await app.cost(() => linked(app, selection, span, tzOffset))
      const { accounts } = await app.call('accounts.count', { selection })
      say(`select ${round}: ${name.padEnd(34)} ${parts(spent)}  ${accounts} accounts; wall ${ms(spent.wall)}`)
    }
  }
  if (!only.has('methods')) return
  for (const [name, selection] of selections.slice(0, 7)) {
    for (const [what, ask] of Object.entries({
      count: () => app.call('accounts.count', { selection }),
      list: () => app.call('accounts.list', { selection, sort: 'score', limit: 100 }),
      timeline: () =>
        app.call('timeline.get', { selection, lanes: 'communities', tzOffset, bins: 680, maxLanes: 12 }),
      reports: () => app.call('timeline.reports', { selection, span, limit: 5000 }),
      communities: () => app.call('communities.list', { selection, limit: 100 }),
      histogram: () => app.call('explore.histogram', { channel: 'risk', selection, bins: 36 }),
      map: () => app.call('communities.selected', { selection }),
      mask: () => app.call('explore.mask', { selection }),
    }))
      say(`  ${name.padEnd(30)} ${what.padEnd(12)} ${parts(await app.cost(ask))}`)
  }
}

async function searching({ call, cost }: Served) {
  const { rows } = await call('accounts.list', { limit: 1, offset: 500_000 })
  const keys = [
    rows[0]?.key.slice(0, 7) ?? 'u185533',
    '3328',
    '10.1',
    '客服',
    '微信',
    '返利 微信',
    'deposit',
    'zzqx',
    'ios',
    'a',
  ]
  const all: number[] = []
  let first = true
  for (let round = 0; round <= 1; round++) {
    for (const key of keys) {
      const costs: string[] = []
      for (let n = 1; n <= [...key].length; n++) {
        const query = [...key].slice(0, n).join('')
        if (query.trim() === '') continue
        const spent = await cost(() => call('search.all', { query }))
        if (first) say(`search: first key ${parts(spent)}`)
        else if (round === 1) all.push(total(spent))
        first = false
        costs.push(`${query} ${ms(total(spent))}`)
      }
      const rested = await cost(() => call('search.count', { query: key }))
      say(`search ${round + 1}: ${costs.join('; ')}; count ${parts(rested)}`)
    }
  }
  say(
    `search, warm, each key: p50 ${ms(quantile(all, 0.5))}, p95 ${ms(quantile(all, 0.95))} ms, worst ${ms(Math.max(...all))}`,
  )
}

async function community({ call, cost }: Served) {
  const map = await call('communities.map', { selection: {} })
  for (const id of [100, 4000, 0, 1, 100].map((i) => map.id[i % map.id.length]!)) {
    const spent = await cost(() => call('communities.get', { id }))
    say(`communities.get C-${id + 1} (${map.size[id]} accounts) ${parts(spent)}`)
  }
}
