import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { meetingChannel, observedChannel, sharingChannel, type HubStats } from './channels.ts'
import { Evidence, type EvidenceRow } from './evidence.ts'
import type { Facts, Memo } from './gather.ts'
import type { Meetings } from './meetings.ts'
import type { ChannelPlan } from './plan-channels.ts'
import { SharingProjector } from './project-entities.ts'
import type { Csr } from './types.ts'

interface Channel {
  readonly id: string
  readonly hubs: HubStats
  readonly relation: boolean
  /** One of these three. */
  readonly csr?: Csr
  readonly projector?: SharingProjector
  readonly meetings?: Meetings
}

/**
 * Counts one account's neighbours as the built graph would have them, channel by channel, without building it: the
 * same projections, row by row, and the same evidence.
 */
export class PreviewRows {
  readonly channels: readonly Channel[]
  /** Of the last row: neighbours by channel, and in any. */
  readonly degrees: Uint32Array
  degree = 0
  private readonly evidence: Evidence
  private readonly stamp: Uint32Array
  private rows = 0

  constructor(n: number, recipe: Recipe, channels: readonly Channel[]) {
    this.channels = channels
    this.degrees = new Uint32Array(channels.length)
    this.evidence = new Evidence(n, recipe)
    this.stamp = new Uint32Array(n)
  }

  /** Counts account u's neighbours. Returns the work done. */
  row(u: number): number {
    let work = 1
    const rows = this.channels.map(({ csr, projector, meetings, relation }): EvidenceRow => {
      if (csr !== undefined) {
        const from = csr.offsets[u]
        work += csr.offsets[u + 1] - from
        return { targets: csr.targets, from, length: csr.offsets[u + 1] - from, relation }
      }
      work += (projector ?? meetings!).row(u)
      const { targets, length } = projector ?? meetings!
      return {
        targets,
        from: 0,
        length,
        relation,
        ...(projector !== undefined && { sharedOf: projector.count }),
      }
    })
    this.evidence.row(rows)
    this.rows++
    this.degree = 0
    for (const [k, { targets, from, length }] of rows.entries()) {
      let kept = 0
      for (let i = from; i < from + length; i++) {
        const v = targets[i]
        if (!this.evidence.stands(v)) continue
        kept++
        if (this.stamp[v] === this.rows) continue
        this.stamp[v] = this.rows
        this.degree++
      }
      this.degrees[k] = kept
    }
    return work
  }

  /** About how much row(u) will look at; 0 where u can't have a neighbour. */
  reach(u: number): number {
    let reach = 0
    for (const { csr, projector, meetings } of this.channels) {
      if (csr !== undefined) reach += csr.offsets[u + 1] - csr.offsets[u]
      else reach += projector?.workOf(u) ?? meetings!.reach(u)
    }
    return reach
  }
}

/** Everything that row-by-row counting needs. What doesn't depend on weights is remembered. */
export async function previewRows(
  ctx: ComputeContext,
  facts: Facts,
  recipe: Recipe,
  plan: ChannelPlan,
  memo: Memo,
): Promise<PreviewRows> {
  const channels: Channel[] = []
  const at = JSON.stringify(recipe.window)
  for (const [index, channel] of plan.channels.entries()) {
    const relation = channel.kind === 'relation'
    if (channel.kind === 'entity') {
      const { sharing, hubs, hubAccounts } = await sharingChannel(ctx, facts, recipe, plan, index)
      channels.push({
        id: channel.id,
        hubs: { hubsCapped: hubs, hubAccounts },
        relation,
        projector: new SharingProjector(sharing),
      })
    } else if (channel.kind === 'event') {
      const { on: _on, weight: _weight, ...shape } = recipe.cooccurrence
      const key = `meetings ${channel.id} ${JSON.stringify(shape)} ${at}`
      channels.push({
        id: channel.id,
        relation,
        ...(await memo(key, async () => meetingChannel(facts, recipe, channel))),
      })
    } else if (relation) {
      const { direction, hubCap } = recipe.relations
      const key = `relate ${channel.types.join()} ${direction} ${hubCap} ${at}`
      const made = await memo(key, async () => observedChannel(facts, recipe, channel, index))
      channels.push({ id: channel.id, relation, ...made })
    } else channels.push({ id: channel.id, relation, ...observedChannel(facts, recipe, channel, index) })
    await ctx.checkpoint()
  }
  return new PreviewRows(facts.accounts.accountIds.length, recipe, channels)
}
