import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import type { AddressInfo } from 'node:net'
import { build } from 'vite'
import { WebSocket } from 'ws'
import type { AppInput, AppOutput, MethodName } from '../../../../src-main/common/contract/index.ts'
import { createRpcClient } from '../../../../src-main/common/rpc/client.ts'
import { wsTransport } from '../../../../src-main/hosts/node/ws-transport.ts'
import type { PeerGraph } from './graph.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')

export interface App {
  url: string
  /** Asks core as a window does, beside the page. */
  call<N extends MethodName>(name: N, input: AppInput<N>): Promise<AppOutput<N>>
  /** Processor time of its processes so far (core, the engine, compute), ms. */
  cpuMs(): number
  stop(): Promise<void>
}

/** Processor time of a process with all its threads and those of its children, ms; Linux says it in ticks of 10 ms. */
function cpuOfTree(pid: number): number {
  let ticks = 0
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    ticks = Number(fields[11]) + Number(fields[12])
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim()
      if (children !== '') for (const child of children.split(' ')) ticks += cpuOfTree(Number(child)) / 10
    }
  } catch {
    // It has ended meanwhile.
  }
  return ticks * 10
}

/** `shoal serve`, with preferences and recent workspaces in a folder of its own. */
export async function serveApp(options: {
  workspace?: string
  renderer?: string
  userDir: string
}): Promise<App> {
  const args = [join(ROOT, 'src-main/hosts/cli/main.ts'), 'serve']
  if (options.workspace) args.push(options.workspace)
  args.push('--json')
  if (options.renderer) args.push('--renderer', options.renderer)
  const child = spawn(process.execPath, args, {
    env: { ...process.env, SHOAL_USER_DIR: options.userDir, SHOAL_ACTOR: 'bench' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  const url = await new Promise<string>((done, fail) => {
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.trimEnd().endsWith('}')) done((JSON.parse(out) as { url: string }).url)
    })
    child.on('exit', (code) => fail(new Error(`serve ended with ${code}`)))
  })
  const { host, hash } = new URL(url)
  let client: ReturnType<typeof createRpcClient> | null = null
  const connect = async () => {
    const token = new URLSearchParams(hash.slice(1)).get('token')!
    const socket = new WebSocket(`ws://${host}/rpc?token=${token}`, {
      origin: `http://${host}`,
      maxPayload: 1 << 30,
    })
    await new Promise((done, fail) => socket.once('open', done).once('error', fail))
    return createRpcClient(wsTransport(socket))
  }
  return {
    url,
    async call(name, input) {
      client ??= await connect()
      return (await client.call(name, input)) as never
    },
    cpuMs: () => cpuOfTree(child.pid!),
    async stop() {
      client?.close()
      if (child.exitCode !== null || child.signalCode !== null) return
      child.removeAllListeners('exit')
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await ended
    },
  }
}

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

/** The peer's page, built into `out`, with the graph that it is to show. */
export async function servePeer(out: string): Promise<{
  url: string
  show(graph: PeerGraph): void
  stop(): void
}> {
  await build({
    root: join(import.meta.dirname, 'peer'),
    logLevel: 'error',
    configFile: false,
    build: { outDir: out, emptyOutDir: true, target: 'es2024' },
  })
  let files = new Map<string, Uint8Array>()
  const server: Server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname.slice(1) || 'index.html'
    const data = files.get(name)
    if (data) return void response.end(data)
    const file = resolve(out, name)
    if (!file.startsWith(out) || !existsSync(file)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
    response.end(readFileSync(file))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const bytes = (array: Float32Array | Uint32Array | Uint8Array) =>
    new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    show(graph) {
      files = new Map([
        ['places.f32', bytes(graph.places)],
        ['colors.u8', graph.colors],
        ['ends.u32', bytes(graph.ends)],
        ['keys.txt', new TextEncoder().encode(graph.keys.join('\n'))],
      ])
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
