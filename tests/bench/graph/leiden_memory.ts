/**
 * How much memory Leiden takes on a large graph, in a process that holds nothing but the graph.
 *
 *   node tests/bench/graph/leiden_memory.ts [nodes]     default 1000000; 3000000 has 10 million edges
 *
 * Prints what is resident with the graph alone, at the peak, and the difference in bytes an edge.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePace } from '../../../src-main/common/pace.ts'
import { leiden } from '../../../src-main/compute/communities/leiden.ts'
import { lfrLike } from './lfr.ts'

const PARTS = ['offsets', 'targets', 'weights'] as const

function write(n: number): string {
  const { csr } = lfrLike(n, 0.4, 7)
  const dir = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
  for (const part of PARTS) writeFileSync(join(dir, part), csr[part])
  return dir
}

async function measure(dir: string): Promise<void> {
  const read = (part: string): ArrayBuffer => {
    const { buffer, byteOffset, byteLength } = readFileSync(join(dir, part))
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  }
  const offsets = new Uint32Array(read('offsets'))
  const csr = {
    n: offsets.length - 1,
    offsets,
    targets: new Uint32Array(read('targets')),
    weights: new Float32Array(read('weights')),
  }
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const pace = freePace()
  const watched = {
    ...pace,
    checkpoint: () => {
      most = Math.max(most, process.memoryUsage.rss())
      return pace.checkpoint()
    },
  }
  const start = performance.now()
  const found = await leiden(csr, { seed: 1, maxIterations: 2 }, watched)
  const seconds = (performance.now() - start) / 1000
  most = Math.max(most, process.memoryUsage.rss())
  const edges = csr.targets.length / 2
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  console.log(
    `${csr.n} nodes, ${edges} edges: ${mib(before)} with the graph alone, peak ${mib(most)}: ` +
      `${((most - before) / edges).toFixed(0)} bytes an edge for Leiden; ` +
      `Q ${found.quality.toFixed(4)}, ${found.communities} communities, ${seconds.toFixed(1)} s`,
  )
}

const given = process.argv[2]
if (given === '--measure') await measure(process.argv[3])
else {
  const dir = write(Number(given ?? 1_000_000))
  spawnSync(process.execPath, ['--expose-gc', import.meta.filename, '--measure', dir], { stdio: 'inherit' })
  rmSync(dir, { recursive: true, force: true })
}
