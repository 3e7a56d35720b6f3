/**
 * Graph, communities and layout of an export, timed step by step, with the peak resident memory of each.
 *
 *   node tests/bench/graph/pipeline.ts EXPORT_FOLDER           imports it into a temporary workspace
 *   node tests/bench/graph/pipeline.ts --simulate ACCOUNTS     makes the export first
 *   node tests/bench/graph/pipeline.ts WORKSPACE.shoal         works on a workspace that is there, adding runs to it
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPace, freePace } from '../../../src-main/common/pace.ts'
import { DEFAULT_RECIPE } from '../../../src-main/common/recipe.ts'
import { runCommunitiesStep } from '../../../src-main/compute/communities/step.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { loadGraph, runGraphStep } from '../../../src-main/compute/graph/step.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import { runLayoutStep } from '../../../src-main/compute/layout/step.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { createWorkspaceFolder, openDatabase } from '../../../src-main/core/db/open.ts'

const rss = () => `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB peak so far`
async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  console.log(
    `${name.padEnd(14)} ${((performance.now() - start) / 1000).toFixed(2).padStart(7)} s   ${rss()}`,
  )
  return result
}

const temporary = mkdtempSync(join(tmpdir(), 'shoal-bench-'))
try {
  const [what, accounts] = process.argv.slice(2)
  let source = what
  if (what === '--simulate') {
    source = join(temporary, 'export')
    await timed('simulate', () =>
      simulate({ out: source, accounts: Number(accounts), seed: 1 } as never, freePace()),
    )
  }
  const existing = source.endsWith('.shoal')
  const workspace = existing ? source : createWorkspaceFolder(join(temporary, 'bench.shoal'))
  openDatabase(workspace).close()
  const db = openStore(workspace)
  const ctx: ComputeContext = {
    ...createPace(new AbortController().signal),
    workspace,
    db,
    modelsDir: '',
    appVersion: 'bench',
    jobId: null,
    now: () => Date.now(),
    log: (_, message) => console.error(message),
  }
  if (!existing) await timed('import', () => importExport(ctx, { paths: [source] }))
  const graph = await timed('graph', () => runGraphStep(ctx, DEFAULT_RECIPE))
  await timed('load graph', () => loadGraph(ctx, graph.runId))
  const communities = await timed('communities', () => runCommunitiesStep(ctx, graph))
  await timed('layout', () => runLayoutStep(ctx, graph, communities))
  for (const { kind, stats } of db.prepare('SELECT kind, stats FROM run ORDER BY id DESC LIMIT 3').all() as {
    kind: string
    stats: string
  }[])
    console.log(kind, stats)
  db.close()
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
