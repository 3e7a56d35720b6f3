import { z } from 'zod'
import { ShoalError } from '../../common/errors.ts'
import type { Pace } from '../../common/pace.ts'
import { NO_COMMUNITY } from './compare.ts'
import { groupsFrom } from './groups.ts'
import { readIncidence, type Column, type Incidence } from './incidence.ts'
import { findBlocks, type Block } from './peel.ts'
import { defineDetector, type DetectorInput } from './types.ts'

/** Blocks described in the stats, and columns of each. */
const SHOWN_BLOCKS = 50
const SHOWN_COLUMNS = 5

export const denseBlocks = defineDetector({
  id: 'dense-blocks',
  version: '1',
  help: 'Accounts that did the same: shared unusually many devices and addresses, or were active there at the same times.',
  source:
    'Hooi et al. 2016, FRAUDAR, KDD; Beutel et al. 2013, CopyCatch, WWW; Cao et al. 2014, SynchroTrap, CCS',
  needs: ['sharing', 'events'],
  overlapping: false,
  seeded: false,
  resample: 'facts',
  params: z.object({
    over: z
      .enum(['entities', 'entity-times', 'times'])
      .default('entities')
      .describe(
        'What accounts have in common: things they use, things used at the same time, or kinds of event at the same time.',
      ),
    binMinutes: z
      .number()
      .int()
      .min(1)
      .max(10_080)
      .default(1440)
      .describe('Length of the same time in minutes; not used for things alone.'),
    hubCap: z
      .number()
      .int()
      .min(2)
      .max(100_000)
      .default(60)
      .describe('What more accounts have in common says nothing and is left out.'),
    minAccounts: z.number().int().min(2).max(10_000).default(4).describe('Accounts in a block at least.'),
    minColumns: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(2)
      .describe('Things or times that each account of a block has in common with others of it, at least.'),
    minFill: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('Share of all possible account and thing pairs of a block that really occur, at least.'),
    maxBlocks: z.number().int().min(1).max(10_000).default(500).describe('Blocks at most, densest first.'),
  }),
  async run(input, params, seed, pace) {
    const { over, binMinutes, hubCap } = params
    const halves = half(pace)
    const incidence = await readIncidence(input, { over, binMinutes, hubCap }, seed, pace)
    if (incidence.columns.length === 0 && input.droppedFacts === 0) requireFacts(input, over)
    const blocks = await findBlocks(incidence, params, halves)
    const labels = new Uint32Array(incidence.n).fill(NO_COMMUNITY)
    blocks.forEach((block, b) => {
      for (const u of block.accounts) labels[u] = b
    })
    const { membership, count } = groupsFrom(labels)
    return {
      membership,
      count,
      stats: {
        columns: incidence.columns.length,
        hubs: incidence.hubs,
        blocks: blocks
          .slice(0, SHOWN_BLOCKS)
          .map((block) => describe(input, incidence, block, membership[block.accounts[0]])),
      },
    }
  },
})

/** An empty result is honest where facts were read and nobody shares; without facts it would mislead. */
function requireFacts({ db }: DetectorInput, over: string): void {
  const some = (table: string) =>
    db.prepare(`SELECT 1 FROM ${table} WHERE source_id IN (SELECT id FROM ready_source) LIMIT 1`).get() !==
    undefined
  if (over === 'entities' ? some('link') || some('event') : some('event')) return
  throw new ShoalError(
    'nothing_to_analyze',
    over === 'entities'
      ? 'There are neither links nor events, so nobody shares anything. Import links.csv or events.csv.'
      : 'There are no events, so nobody can have acted at the same time. Import events.csv.',
  )
}

function describe(input: DetectorInput, incidence: Incidence, block: Block, community: number) {
  const { offsets } = incidence
  const members = new Set(block.accounts)
  const used = Array.from(block.columns, (c) => {
    let inside = 0
    for (let i = offsets[c]; i < offsets[c + 1]; i++) if (members.has(incidence.nodes[i])) inside++
    return { c, inside }
  }).sort((x, y) => y.inside - x.inside || x.c - y.c)
  return {
    community,
    accounts: block.accounts.length,
    columns: block.columns.length,
    pairs: block.pairs,
    density: block.density,
    /** Share of all account and column pairs that occur. */
    fill: block.pairs / (block.accounts.length * block.columns.length),
    top: used.slice(0, SHOWN_COLUMNS).map(({ c, inside }) => ({
      ...nameOf(input, incidence.columns[c]),
      inside,
      accounts: offsets[c + 1] - offsets[c],
    })),
  }
}

function nameOf({ db }: DetectorInput, { entity, kind, from }: Column) {
  const what =
    entity !== null
      ? (db
          .prepare(
            'SELECT t.value AS type, e.key FROM entity e JOIN term t ON t.id = e.type_id WHERE e.id = ?',
          )
          .get(entity) as { type: string; key: string })
      : { type: 'event', key: db.prepare('SELECT value FROM term WHERE id = ?').pluck().get(kind) as string }
  return { ...what, ...(entity !== null && { entity }), ...(from !== null && { from }) }
}

/** Progress of the second half. */
function half(pace: Pace): Pace {
  return {
    ...pace,
    progress: ({ phase, done, total, unit }) =>
      pace.progress({ phase, done: total ? 0.5 + (0.5 * done) / total : 0.5, total: 1, unit }),
  }
}
