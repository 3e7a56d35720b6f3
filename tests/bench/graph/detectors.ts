/**
 * Every detector on one simulated world, against the rings that the simulator knows it made.
 *
 *   node tests/bench/graph/detectors.ts [--accounts 20000] [--seed 7] [--stability] [--only ID [NAME=VALUE ...]]
 *
 * F1: for each simulated ring of three or more accounts, that of the community that matches it best; the mean.
 * found: rings with F1 of at least .5. malicious: share of all accounts in communities that are malicious in truth.
 */
import Sqlite from 'better-sqlite3'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePace } from '../../../src-main/common/pace.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { memberLists } from '../../../src-main/compute/detectors/quality.ts'
import { detectorById, DETECTORS } from '../../../src-main/compute/detectors/index.ts'
import { parseParams } from '../../../src-main/compute/detectors/params.ts'
import { runDetectStep } from '../../../src-main/compute/detectors/step.ts'
import { runGraphStep } from '../../../src-main/compute/graph/step.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import { simulateOptionsSchema } from '../../../src-main/compute/simulate/settings.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { migrations } from '../../../src-main/core/db/migrations/index.ts'

const { values: args, positionals } = parseArgs({
  options: {
    accounts: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '7' },
    stability: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
  allowPositionals: true,
})

/** Node -> index of its simulated ring, and whether it is malicious. */
function readTruth(file: string, nodeOf: Map<string, number>) {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const column = (name: string) => head.split(',').indexOf(name)
  const [key, bad, ring] = [column('account_id'), column('malicious'), column('ring_id')]
  const rings = new Map<string, number[]>()
  const malicious = new Uint8Array(nodeOf.size)
  for (const line of lines) {
    const cells = line.split(',')
    const u = nodeOf.get(cells[key])!
    malicious[u] = Number(cells[bad])
    if (cells[ring] !== '') rings.set(cells[ring], [...(rings.get(cells[ring]) ?? []), u])
  }
  return { rings: [...rings.values()].filter((ring) => ring.length >= 3), malicious }
}

const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
try {
  const options = simulateOptionsSchema.parse({
    out: join(folder, 'export'),
    accounts: Number(args.accounts),
    seed: Number(args.seed),
  })
  const { truthFile } = await simulate(options, freePace())
  const workspace = join(folder, 'bench.shoal')
  mkdirSync(workspace)
  const fresh = new Sqlite(join(workspace, 'workspace.sqlite'))
  for (const { sql } of migrations) fresh.exec(sql)
  fresh.close()
  const db = openStore(workspace)
  const ctx: ComputeContext = {
    ...freePace(),
    workspace,
    db,
    modelsDir: '',
    appVersion: 'bench',
    jobId: null,
    now: () => Date.now(),
    log: () => {},
  }
  await importExport(ctx, { paths: [options.out] })
  const graph = await runGraphStep(ctx, DEFAULT_RECIPE)
  const keys = db.prepare('SELECT key, id FROM account ORDER BY id').raw().all() as [string, number][]
  const nodeOfId = new Map(Array.from(graph.accountIds, (id, u) => [id, u]))
  const { rings, malicious } = readTruth(
    truthFile,
    new Map(keys.map(([key, id]) => [key, nodeOfId.get(id)!])),
  )
  console.log(
    `simulated, ${args.accounts} accounts, ${graph.combined.targets.length / 2} edges, seed ${args.seed}: ` +
      `${rings.length} rings of 3 or more; ${((100 * sum(malicious)) / malicious.length).toFixed(1)}% malicious`,
  )
  console.log(
    '| detector | F1 | found | malicious | communities | accounts | modularity | connected | stability | s |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|---|')
  for (const { id } of DETECTORS) {
    if (args.only !== undefined && args.only !== id) continue
    const params = Object.fromEntries(
      positionals.map((text) => {
        const [name, value] = text.split('=')
        return [name, value === 'null' ? null : Number.isNaN(Number(value)) ? value : Number(value)]
      }),
    )
    const seed = Number(args.seed)
    const { membership, count, ...result } = await runDetectStep(ctx, graph, {
      detector: id,
      params,
      seed,
      stability: args.stability,
    })
    const detector = detectorById(id)
    const again = detector.overlapping
      ? await detector.run(
          { graph, db, droppedFacts: 0 },
          parseParams(detector, result.params),
          seed,
          freePace(),
        )
      : null
    const lists = memberLists(membership, count, again?.overlaps ?? null)
    const { f1, found } = matchRings(rings, lists)
    let bad = 0
    const placed = new Set(lists.nodes)
    for (const u of placed) bad += malicious[u]
    const cells = [
      id,
      f1.toFixed(3),
      `${found} of ${rings.length}`,
      placed.size === 0 ? '' : (bad / placed.size).toFixed(3),
      count,
      placed.size,
      result.modularity?.toFixed(3) ?? '',
      result.allConnected ? 'yes' : 'no',
      result.stability?.toFixed(3) ?? '',
      result.seconds.toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} |`)
    if (args.only !== undefined) {
      const stats = db.prepare('SELECT stats FROM run WHERE id = ?').pluck().get(result.runId) as string
      console.log(stats.slice(0, 1500))
    }
  }
  db.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function sum(values: Uint8Array): number {
  return values.reduce((a, b) => a + b, 0)
}

function matchRings(
  rings: number[][],
  { offsets, nodes }: { offsets: Uint32Array; nodes: Uint32Array },
): { f1: number; found: number } {
  const communitiesOf = new Map<number, number[]>()
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let i = offsets[c]; i < offsets[c + 1]; i++)
      communitiesOf.set(nodes[i], [...(communitiesOf.get(nodes[i]) ?? []), c])
  }
  let f1 = 0
  let found = 0
  for (const ring of rings) {
    const shared = new Map<number, number>()
    for (const u of ring) for (const c of communitiesOf.get(u) ?? []) shared.set(c, (shared.get(c) ?? 0) + 1)
    let best = 0
    for (const [c, both] of shared)
      best = Math.max(best, (2 * both) / (ring.length + offsets[c + 1] - offsets[c]))
    f1 += best
    if (best >= 0.5) found++
  }
  return { f1: rings.length > 0 ? f1 / rings.length : 0, found }
}
