import type { Recipe } from '../../common/recipe.ts'
import type { ComputeContext } from '../context.ts'
import { innocentFactors } from '../sharing/factors.ts'
import type { NearDuplicates } from '../similarity/minhash.ts'
import type { Pairs } from './pair-table.ts'
import type { ChannelPlan } from './plan-channels.ts'
import {
  entityTypes,
  noCounts,
  readAccounts,
  readIncidence,
  readRelations,
  surveyFacts,
  type AccountIndex,
  type FactCounts,
  type RelationPairs,
} from './read-facts.ts'
import { readEvents, readUses, type ThingUses } from './read-uses.ts'
import { readActivity, rhythmPairs, type Activity, type RhythmPairs } from './rhythm.ts'
import { markHubs } from './sharing-of.ts'
import { textPairs, type TextKind } from './texts.ts'

/** Everything that a recipe's channels are made of. */
export interface Facts {
  readonly accounts: AccountIndex
  /** Newest moment of a fact inside the window; -Infinity where nothing is dated. */
  readonly newest: number
  /** By channel. */
  readonly relations: ReadonlyMap<number, RelationPairs>
  /** Distinct (entity id, node) and when last seen; null where no channel needs it. */
  readonly incidence: Pairs | null
  /** Per entity id: 1 + index into plan.entityTypes, 0: not wanted. */
  readonly typeOf: Uint16Array
  readonly hubUses: ThingUses | null
  readonly innocent: Float32Array | null
  readonly events: ReadonlyMap<'ip' | 'device', ThingUses>
  readonly rhythm: { readonly activity: Activity; readonly pairs: RhythmPairs } | null
  readonly texts: ReadonlyMap<TextKind, NearDuplicates>
  readonly counts: FactCounts
}

/** Answers what was made under a key before, or makes it. What it answers must not be changed. */
export type Memo = <T>(key: string, make: () => Promise<T>) => Promise<T>

/**
 * Reads what the recipe needs, each table once. With a memo, whose keys say everything that an answer depends on
 * besides the facts, types the recipe leaves out are read too and weights don't decay: what is remembered serves other
 * recipes, whose edges it tells but not their weights.
 */
export async function gatherFacts(
  ctx: ComputeContext,
  recipe: Recipe,
  plan: ChannelPlan,
  memo?: Memo,
): Promise<Facts> {
  const { window, entities, rhythm, texts } = recipe
  const recall: Memo = memo ?? ((_, make) => make())
  const halfLifeDays = memo === undefined ? recipe.decayHalfLifeDays : null
  const at = JSON.stringify(window)
  const counts = noCounts()
  const accounts = await recall('accounts', () => readAccounts(ctx))
  const survey = await recall(`survey ${at}`, async () => surveyFacts(ctx, window))
  const { newest } = survey
  const tell = (from: number, to: number) => (share: number) =>
    ctx.progress({ phase: 'graph.read', done: from + (to - from) * share, total: 100, unit: 'steps' })

  const shared = plan.relationTypes.some((type) => type.shares)
  const everyType = memo !== undefined && !shared
  const tables = new Map(
    everyType
      ? (ctx.db.prepare(`SELECT id FROM term WHERE domain = 'relation_type'`).pluck().all() as number[]).map(
          (id) => [id, id] as const,
        )
      : plan.relationTypes.map((type) => [type.id, type.channel] as const),
  )
  const directed = recipe.relations.direction === 'mutual'
  const read =
    plan.relationTypes.length === 0
      ? new Map<number, RelationPairs>()
      : await recall(`relations ${directed} ${at} ${everyType || JSON.stringify([...tables])}`, () =>
          readRelations(
            ctx,
            accounts,
            {
              tables,
              factors: new Map(
                plan.relationTypes.filter((type) => type.shares).map((type) => [type.id, type.factor]),
              ),
              window,
              survey,
              halfLifeDays,
              directed,
            },
            counts,
            tell(0, 25),
          ),
        )
  const relations = everyType
    ? new Map(
        plan.relationTypes
          .filter((type) => read.has(type.id))
          .map((type) => [type.channel, read.get(type.id)!] as const),
      )
    : read

  const typeOf =
    plan.entityTypes.length === 0
      ? new Uint16Array(1)
      : await recall(`types ${plan.entityTypes.map((type) => type.id)}`, () =>
          entityTypes(ctx, new Map(plan.entityTypes.map((type, k) => [type.id, k]))),
        )
  const incidence =
    plan.entityTypes.length === 0
      ? null
      : await recall(`incidence ${at}`, () =>
          readIncidence(
            ctx,
            accounts,
            {
              entities: memo === undefined ? typeOf : new Uint16Array(typeOf.length).fill(1),
              window,
              survey,
              dated: halfLifeDays !== null,
            },
            counts,
            tell(25, 45),
          ),
        )
  const hub =
    incidence === null || entities.hub === 'drop' ? null : markHubs(incidence, typeOf, entities.hubCap)
  const hubUses =
    hub === null
      ? null
      : await recall(`uses ${at} ${entities.hubCap} ${plan.entityTypes.map((type) => type.id)}`, () =>
          readUses(ctx, accounts, hub, window),
        )
  const innocent =
    incidence !== null && entities.discountInnocent
      ? await recall(`innocent ${at}`, () => innocentFactors(ctx, window))
      : null

  const events = new Map<'ip' | 'device', ThingUses>()
  for (const on of ['ip', 'device'] as const) {
    if (recipe.cooccurrence.on.includes(on))
      events.set(on, await recall(`events ${on} ${at}`, () => readEvents(ctx, accounts, on, window)))
  }
  tell(0, 48)(1)
  const active = !rhythm.use
    ? null
    : await recall(`activity ${rhythm.binMinutes} ${rhythm.minEvents} ${at}`, () =>
        readActivity(ctx, accounts, rhythm, window),
      )
  const { weight: _rhythmWeight, ...rhythmShape } = rhythm
  const { weight: _textWeight, of, ...textShape } = texts
  const made: Facts = {
    accounts,
    newest,
    relations,
    incidence,
    typeOf,
    hubUses,
    innocent,
    events,
    rhythm: active && {
      activity: active,
      pairs: await recall(`rhythm ${JSON.stringify(rhythmShape)} ${at}`, () =>
        rhythmPairs(active, rhythm, ctx),
      ),
    },
    texts: new Map(),
    counts,
  }
  const pairs = made.texts as Map<TextKind, NearDuplicates>
  for (const kind of ['reports', 'profiles'] as const) {
    if (of.includes(kind))
      pairs.set(
        kind,
        await recall(`texts ${kind} ${JSON.stringify(textShape)} ${at}`, () =>
          textPairs(ctx, accounts, kind, recipe),
        ),
      )
  }
  tell(0, 50)(1)
  return made
}
