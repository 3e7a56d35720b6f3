import type { DuplicateGroup, DuplicateGroups } from '../../common/contract/sharing.ts'
import type { ComputeContext } from '../context.ts'
import { PairTable } from '../graph/pair-table.ts'
import { profileTexts } from '../graph/texts.ts'
import { READY } from '../sharing/account-facts.ts'
import { sharingIndex, type SharingIndex } from '../sharing/index-file.ts'
import { AccountReader } from './account-reader.ts'
import { accountTexts, type TextKind } from './account-texts.ts'
import { alikeTexts } from './minhash.ts'
import { shinglesOf } from './shingles.ts'
import { TextSets } from './text-sets.ts'
import { usersOf } from './shared-part.ts'
import { excerpt, matchTexts } from './text-part.ts'
import { Union } from './union.ts'

export interface GroupOptions {
  readonly of: TextKind | 'entities' | null
  readonly minSimilarity: number
  readonly minLength: number
  readonly account: number | null
  readonly offset: number
  readonly limit: number
}

/** Things that accounts must have in common, all of them, to be a group: one shared thing alone is just that thing. */
const LEAST_THINGS = 2
/** At least one of them must be rarer than a crowd: two people of one city share its carriers' addresses by chance. */
const RARE = 60
const MOST_MEMBERS = 20_000
const MOST_THINGS = 50
/** Different texts of one bucket that each is compared with; more would list the pairs of a huge group. */
const BUCKET = 60

type Found = Omit<DuplicateGroup, 'text' | 'things' | 'members'> & {
  members: Uint32Array
  /** Reads what the group has in common; only for those that are shown. */
  describe(): Pick<DuplicateGroup, 'text' | 'things'>
}

/**
 * Groups of at least two accounts with near-identical texts (reports, profiles), or with exactly the same set of two
 * or more shared things (at least one of them used by at most 60 accounts), largest first. A group of texts is a connected component of similar pairs: its ends may be
 * less alike than minSimilarity. Nothing is left out for being common, and no pairs are listed.
 */
export async function duplicateGroups(ctx: ComputeContext, options: GroupOptions): Promise<DuplicateGroups> {
  const started = performance.now()
  const { account } = options
  const found: Found[] = []
  for (const kind of ['profiles', 'reports'] as const) {
    if (options.of !== null && options.of !== kind) continue
    // One account's groups: where nobody's text is like one of its own there is nothing to group.
    if (account !== null && !(await hasAlike(ctx, account, kind, options))) continue
    found.push(...(await textGroups(ctx, kind, options)))
  }
  if (options.of === null || options.of === 'entities') found.push(...(await sameThings(ctx, account)))
  const wanted = account === null ? found : found.filter((group) => group.members.includes(account))
  wanted.sort((x, y) => y.size - x.size || x.kind.localeCompare(y.kind) || x.members[0] - y.members[0])
  return {
    total: wanted.length,
    rows: wanted
      .slice(options.offset, options.offset + options.limit)
      .map(({ describe, members, ...group }) => ({
        ...group,
        members: members.slice(0, MOST_MEMBERS),
        ...describe(),
      })),
    seconds: (performance.now() - started) / 1000,
  }
}

async function hasAlike(
  ctx: ComputeContext,
  account: number,
  kind: TextKind,
  options: GroupOptions,
): Promise<boolean> {
  let alike = false
  await matchTexts(ctx, account, kind, options, () => void (alike = true))
  return alike
}

async function textGroups(ctx: ComputeContext, kind: TextKind, options: GroupOptions): Promise<Found[]> {
  const sets = new TextSets()
  for await (const { owner, text, ref } of accountTexts(ctx, kind, options.minLength)) {
    sets.add(owner, text, options.minLength, ref)
    if (sets.added % 256 === 0) await ctx.checkpoint()
  }
  const texts = sets.finish(Infinity)
  const union = new Union(texts.texts)
  const least = new Float64Array(texts.texts).fill(1)
  await alikeTexts(
    texts,
    { minSimilarity: options.minSimilarity, hubCap: BUCKET },
    (x, y, similarity) => {
      const both = Math.min(least[union.find(x)], least[union.find(y)])
      // A pair that is in one group already ties nothing; the others hold it together.
      if (union.join(x, y)) least[union.find(x)] = Math.min(both, similarity)
    },
    ctx,
  )
  const byGroup = new Map<number, number[]>()
  for (const x of texts.live) {
    const group = byGroup.get(union.find(x))
    if (group === undefined) byGroup.set(union.find(x), [x])
    else group.push(x)
  }
  const groups: Found[] = []
  for (const [root, members] of byGroup) {
    const owners = new Set<number>()
    let common = members[0]
    const ownersOf = (x: number) => texts.start[x + 1] - texts.start[x]
    for (const x of members) {
      if (ownersOf(x) > ownersOf(common)) common = x
      for (let i = texts.start[x]; i < texts.start[x + 1]; i++) owners.add(texts.owners[texts.ownerOf[i]])
    }
    if (owners.size < 2) continue
    groups.push({
      kind: 'texts',
      of: kind,
      size: owners.size,
      members: Uint32Array.from(owners).sort(),
      similarity: least[root],
      describe: () => ({
        text: textAt(ctx, kind, texts.refs[common], texts.identities[common], options.minLength),
        things: [],
      }),
    })
  }
  return groups
}

function textAt(
  ctx: ComputeContext,
  kind: TextKind,
  ref: number,
  identity: number,
  minLength: number,
): string | null {
  const content = ctx.db
    .prepare(
      kind === 'reports'
        ? 'SELECT text FROM report WHERE id = ?'
        : 'SELECT attributes FROM account_record WHERE id = ?',
    )
    .pluck()
    .get(ref) as string
  const all = kind === 'reports' ? [content] : profileTexts(content, minLength)
  const text = all.find((value) => shinglesOf(value).identity === identity)
  return text === undefined ? null : excerpt(text)
}

/** The account and those who share exactly its things, found through its rarest. */
async function sameThingsAs(
  ctx: ComputeContext,
  account: number,
  index: SharingIndex,
): Promise<{ things: number[]; members: number[] } | null> {
  const reader = new AccountReader(ctx, null)
  const thingsOf = (id: number) =>
    [...reader.read(id).entities].filter((e) => index.accounts[e] > 1).sort((x, y) => x - y)
  const things = thingsOf(account)
  if (things.length < LEAST_THINGS) return null
  const rarest = things.reduce((x, y) => (index.accounts[y] < index.accounts[x] ? y : x))
  if (index.accounts[rarest] > RARE) return null
  const key = things.join()
  const members: number[] = []
  for (const user of usersOf(ctx, rarest)) {
    if (thingsOf(user).join() === key) members.push(user)
    await ctx.checkpoint()
  }
  return members.length < 2 ? null : { things, members: members.sort((x, y) => x - y) }
}

/** Accounts whose shared things are exactly the same, two or more; one account's group alone where it is given. */
async function sameThings(ctx: ComputeContext, only: number | null): Promise<Found[]> {
  const index = await sharingIndex(ctx, null)
  const describe = ctx.db.prepare(
    'SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
  )
  const group = (things: readonly number[], members: Uint32Array): Found => ({
    kind: 'entities',
    of: null,
    size: members.length,
    members,
    similarity: 1,
    describe: () => ({
      text: null,
      things: things
        .slice(0, MOST_THINGS)
        .map((entityId) => ({
          entityId,
          ...(describe.get(entityId) as { type: string; key: string }),
          accounts: index.accounts[entityId],
        }))
        .sort((x, y) => x.accounts - y.accounts || x.entityId - y.entityId),
    }),
  })
  if (only !== null) {
    const same = await sameThingsAs(ctx, only, index)
    return same === null ? [] : [group(same.things, Uint32Array.from(same.members))]
  }
  const top = (ctx.db.prepare('SELECT max(id) FROM account').pluck().get() as number | null) ?? 0
  const known = new Uint8Array(top + 1)
  for (const id of ctx.db
    .prepare('SELECT id FROM ready_account')
    .pluck()
    .iterate() as IterableIterator<number>)
    known[id] = 1
  await ctx.checkpoint()
  const uses = new PairTable(top + 1, index.accounts.length, 'max')
  const use = (account: number, entity: number | null): void => {
    if (entity !== null && known[account] === 1 && index.accounts[entity] > 1) uses.push(account, entity, 1)
  }
  for (const table of ['link', 'event'] as const) {
    const columns = table === 'link' ? 'entity_id, NULL' : 'ip_id, device_id'
    const statement = ctx.db
      .prepare(
        `SELECT id, account_id, ${columns} FROM ${table} WHERE id > ? AND ${READY} ORDER BY id LIMIT 20000`,
      )
      .raw(true)
    for (let last = -1, rows = 20_000; rows === 20_000;) {
      rows = 0
      for (const row of statement.iterate(last) as IterableIterator<
        [number, number, number | null, number | null]
      >) {
        use(row[1], row[2])
        use(row[1], row[3])
        last = row[0]
        rows++
      }
      await ctx.checkpoint()
    }
  }
  const { length, a: account, b: entity } = uses.distinct()
  const bySet = new Map<string, number[]>()
  for (let i = 0; i < length;) {
    let end = i
    while (end < length && account[end] === account[i]) end++
    const things = entity.subarray(i, end)
    if (things.length >= LEAST_THINGS && things.some((e) => index.accounts[e] <= RARE)) {
      const key = things.join()
      const group = bySet.get(key)
      if (group === undefined) bySet.set(key, [i])
      else group.push(i)
    }
    i = end
  }
  await ctx.checkpoint()
  const groups: Found[] = []
  for (const [key, rows] of bySet) {
    if (rows.length > 1)
      groups.push(
        group(
          key.split(',').map(Number),
          Uint32Array.from(rows, (i) => account[i]),
        ),
      )
  }
  return groups
}
