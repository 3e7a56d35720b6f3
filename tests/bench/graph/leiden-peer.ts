import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Csr } from '../../../src-main/compute/graph/types.ts'

export interface Result {
  seconds: number
  /** Processor time of the whole process, all threads: what a busy machine leaves comparable. */
  cpu: number
  /** Modularity. */
  quality: number
  communities: number
  /** Against the planted communities, where they were given. */
  nmi?: number
}

/** leiden_peer.py in a process of its own that has the graph loaded, so that it can take turns with us. */
export class Peer {
  private readonly child: ChildProcessWithoutNullStreams
  private readonly lines: AsyncIterator<string>
  private readonly dir: string

  private constructor(child: ChildProcessWithoutNullStreams, dir: string) {
    this.child = child
    this.dir = dir
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** null where no Python with igraph and numpy is: $PYTHON, else python3. */
  static async start(csr: Csr, truth?: Uint32Array): Promise<Peer | null> {
    const python =
      process.env.PYTHON ?? (existsSync('/opt/venv/bin/python') ? '/opt/venv/bin/python' : 'python3')
    if (spawnSync(python, ['-c', 'import igraph, numpy']).status !== 0) return null
    const dir = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
    const edges = new Uint32Array(csr.targets.length)
    let at = 0
    for (let u = 0; u < csr.n; u++) {
      for (let e = csr.offsets[u]; e < csr.offsets[u + 1]; e++) {
        if (csr.targets[e] < u) continue
        edges[at++] = u
        edges[at++] = csr.targets[e]
      }
    }
    writeFileSync(join(dir, 'edges.bin'), edges)
    if (truth !== undefined) writeFileSync(join(dir, 'truth.bin'), truth)
    const script = join(import.meta.dirname, 'leiden_peer.py')
    const args = [script, join(dir, 'edges.bin'), String(csr.n)]
    if (truth !== undefined) args.push(join(dir, 'truth.bin'))
    const child = spawn(python, args)
    child.stderr.pipe(process.stderr)
    const peer = new Peer(child, dir)
    await peer.lines.next()
    return peer
  }

  async ask<T>(line: string): Promise<T> {
    this.child.stdin.write(`${line}\n`)
    const { value, done } = await this.lines.next()
    if (done) throw new Error(`leiden_peer.py ended at: ${line}`)
    return JSON.parse(value) as T
  }

  stop(): void {
    this.child.stdin.end()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
