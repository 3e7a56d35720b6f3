import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe } from '../../../common/recipe.ts'
import type { ComputeContext } from '../../context.ts'
import { buildGraph } from '../../graph/build.ts'
import { capWeights, combineCsr } from '../../graph/csr.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { DERIVED_DIR } from '../../store/open.ts'
import { quiet } from '../facts/progress.ts'
import { openFeatures, type FeatureOptions, type FeatureSource } from '../features/source.ts'

/** The earliest moment that a date can be. */
const BEGINNING = -8_640_000_000_000_000
const READY = 'source_id IN (SELECT id FROM ready_source)'

/**
 * Features of graphs that are only made to look at once: rewired ones and those of earlier moments. Their tables are
 * kept in a folder of their own in derived/, so that they push no other table out, and go when the lab is done.
 */
export class PassingSources {
  private readonly ctx: ComputeContext
  private readonly folder: string
  private readonly open = new Set<FeatureSource>()

  constructor(ctx: ComputeContext, runId: number) {
    const derived = join(ctx.workspace, DERIVED_DIR)
    // What a process that was killed left there.
    if (existsSync(derived))
      for (const name of readdirSync(derived))
        if (/^validation-\d+$/.test(name)) rmSync(join(derived, name), { recursive: true, force: true })
    this.folder = join(derived, `validation-${runId}`)
    this.ctx = { ...ctx, ...quiet(ctx), workspace: this.folder }
  }

  async features(graph: AccountGraph, options: FeatureOptions): Promise<FeatureSource> {
    mkdirSync(join(this.folder, DERIVED_DIR), { recursive: true })
    const source = await openFeatures(this.ctx, graph, options)
    this.open.add(source)
    return source
  }

  async close(source: FeatureSource): Promise<void> {
    this.open.delete(source)
    await source.close()
  }

  /** A context whose derived/ is the passing folder, for what is worked on column by column. */
  get context(): ComputeContext {
    mkdirSync(join(this.folder, DERIVED_DIR), { recursive: true })
    return this.ctx
  }

  async remove(): Promise<void> {
    for (const source of this.open) await source.close()
    this.open.clear()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/**
 * The graph as it was at a moment (facts dated later are not in it), over the same nodes. A channel of which nothing is
 * dated stays as it is: when its facts came about nobody knows, and without them there would be no graph at all.
 */
export async function graphAsOf(
  ctx: ComputeContext,
  graph: AccountGraph,
  recipe: Recipe,
  at: number,
): Promise<AccountGraph> {
  const window = { from: recipe.window?.from ?? BEGINNING, to: Math.floor(at) + 1 }
  const built = await buildGraph({ ...ctx, ...quiet(ctx) }, { ...recipe, window })
  const channels = built.channels.map((channel) => {
    const whole = graph.channels.find(({ id }) => id === channel.id)
    return whole === undefined || isDated(ctx, channel.id) ? channel : whole
  })
  const { csr, mask } = combineCsr(
    built.combined.n,
    channels.map((channel) => channel.csr),
  )
  return {
    runId: graph.runId,
    sha256: `${graph.sha256}-as-of-${window.to}`,
    accountIds: built.accountIds,
    combined: recipe.maxWeight === null ? csr : capWeights(csr, recipe.maxWeight),
    channelMask: mask,
    channels,
  }
}

/** Whether any fact that a channel is made of says when. */
function isDated(ctx: Pick<ComputeContext, 'db'>, channel: string): boolean {
  const [kind, ...rest] = channel.split(':')
  const type = rest.join(':')
  const any = (sql: string, ...values: string[]): boolean =>
    ctx.db
      .prepare(`SELECT EXISTS (${sql})`)
      .pluck()
      .get(...values) === 1
  if (kind === 'relation')
    return any(
      `SELECT 1 FROM relation JOIN term ON term.id = type_id
       WHERE value = ? AND coalesce(first_seen, last_seen) IS NOT NULL AND ${READY}`,
      type,
    )
  if (kind === 'entity')
    return (
      any(
        `SELECT 1 FROM link JOIN entity ON entity.id = entity_id JOIN term ON term.id = entity.type_id
         WHERE term.value = ? AND coalesce(link.first_seen, link.last_seen) IS NOT NULL AND link.${READY}`,
        type,
      ) ||
      (type === 'ip' && any(`SELECT 1 FROM event WHERE ip_id IS NOT NULL AND ${READY}`)) ||
      (type === 'device' && any(`SELECT 1 FROM event WHERE device_id IS NOT NULL AND ${READY}`))
    )
  return true
}
