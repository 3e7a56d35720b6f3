import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { ShoalError } from '../../../common/errors.ts'
import type { ComputeContext } from '../../context.ts'
import { openGraph } from '../../graph/step.ts'
import type { AccountGraph, Csr } from '../../graph/types.ts'
import { openFeatures } from '../features/source.ts'
import { trainingLabels } from '../../store/labels.ts'

/** Rows of the feature matrix written at a time. */
const ROWS = 8192

export interface DatasetSummary {
  folder: string
  accounts: number
  columns: number
  channels: string[]
  labelled: { malicious: number; benign: number }
}

/**
 * Writes what a network is trained on elsewhere (models/training/export/shoal.py reads it): dataset.json, accounts.json
 * (keys in the order of rows), features.f32 (row-major, NaN missing), labels.i8 (1, 0, −1), and each channel's CSR as
 * offsets.u32, targets.u32, weights.f32; all little-endian. The folder must not exist; it is written as .part and renamed.
 */
export async function exportDataset(
  ctx: ComputeContext,
  input: { graphRunId: number; path: string },
): Promise<DatasetSummary> {
  if (existsSync(input.path))
    throw new ShoalError('invalid_input', `${input.path} is there already. Choose a new folder.`)
  const graph = await openGraph(ctx, input.graphRunId)
  const source = await openFeatures(ctx, graph)
  const part = `${input.path}.part`
  try {
    const { table } = source
    const labels = trainingLabels(ctx, graph.accountIds)
    const y = new Int8Array(graph.accountIds.length).fill(-1)
    labels.nodes.forEach((u, i) => (y[u] = labels.y[i]))
    await rm(part, { recursive: true, force: true })
    await mkdir(part, { recursive: true })
    const channels: [string, Csr][] = [
      ['all', graph.combined],
      ...graph.channels.map((c): [string, Csr] => [c.id, c.csr]),
    ]
    for (const [k, [, csr]] of channels.entries()) {
      await writeFile(`${part}/edges-${k}.offsets.u32`, csr.offsets)
      await writeFile(`${part}/edges-${k}.targets.u32`, csr.targets)
      await writeFile(`${part}/edges-${k}.weights.f32`, csr.weights)
      await ctx.checkpoint()
    }
    await writeFile(`${part}/labels.i8`, y)
    await writeFile(`${part}/accounts.json`, JSON.stringify(accountKeys(ctx, graph)))
    const file = await open(`${part}/features.f32`, 'w')
    try {
      const width = table.columns.length
      for (let from = 0; from < table.n; from += ROWS) {
        const nodes = Uint32Array.from({ length: Math.min(ROWS, table.n - from) }, (_, i) => from + i)
        const rows = new Float32Array(nodes.length * width)
        await table.gather(nodes, rows)
        await file.write(rows)
        ctx.progress({ phase: 'model.dataset', done: from + nodes.length, total: table.n, unit: 'accounts' })
        await ctx.checkpoint()
      }
    } finally {
      await file.close()
    }
    const bad = labels.y.reduce((sum, v) => sum + v, 0)
    const labelled = { malicious: bad, benign: labels.y.length - bad }
    const about = {
      schema: 1,
      accounts: table.n,
      columns: table.columns,
      channels: channels.map(([id], k) => ({ id, file: `edges-${k}` })),
      labelled,
      encoding: source.encoding,
      graphSha256: graph.sha256,
      featuresSha256: table.sha256,
      simulated: ctx.db.prepare(`SELECT value FROM meta WHERE key = 'simulated'`).pluck().get() === '1',
      appVersion: ctx.appVersion,
      made: new Date(ctx.now()).toISOString(),
    }
    await writeFile(`${part}/dataset.json`, `${JSON.stringify(about, null, 1)}\n`)
    await rename(part, input.path)
    return {
      folder: input.path,
      accounts: table.n,
      columns: table.columns.length,
      channels: channels.map(([id]) => id),
      labelled,
    }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  } finally {
    await source.close()
  }
}

function accountKeys(ctx: ComputeContext, graph: AccountGraph): string[] {
  const keyOf = ctx.db.prepare('SELECT key FROM account WHERE id = ?').pluck()
  return Array.from(graph.accountIds, (id) => keyOf.get(id) as string)
}
