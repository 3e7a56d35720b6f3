import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import type { Pace } from '../../../common/pace.ts'
import { multiply } from '../../diffusion/multiply.ts'
import { rowNormalised } from '../../diffusion/operator.ts'
import type { FeatureSource } from '../features/source.ts'
import type { ColumnFamily, FeatureColumn } from '../types.ts'
import { isolationForest } from './isolation.ts'
import { shareBelow, Tails } from './tails.ts'
import type { Unusual } from './types.ts'

const ECOD = 'ECOD: Li, Zhao, Hu, Botta, Ionescu, Chen 2022, TKDE'
const NO_PARAMS = z.object({})

/** The account's own facts; label columns never are. */
const own = (columns: readonly FeatureColumn[], family?: ColumnFamily): number[] =>
  [...columns.keys()].filter((k) => {
    const column = columns[k]
    if (column.operator !== 'own' || column.family === 'labels') return false
    return family === undefined || column.family === family
  })

function nothing(what: string): ShoalError {
  return new ShoalError('nothing_to_analyze', `Nothing to rank by: the export has no ${what}.`)
}

async function tailsOf(source: FeatureSource, at: readonly number[], pace: Pace): Promise<Tails> {
  const { table } = source
  const tails = new Tails(table.n)
  for (const [done, k] of at.entries()) {
    pace.progress({ phase: 'unusual', done, total: at.length, unit: 'steps' })
    tails.add(await table.column(k), table.columns[k].kind)
    await pace.checkpoint()
  }
  return tails
}

/** Accounts whose facts of one family lie in the tails. */
function familyRanking(family: ColumnFamily, what: string, help: string): Unusual {
  return {
    id: `unusual-${family}`,
    version: '1',
    params: NO_PARAMS,
    source: ECOD,
    help,
    async run(source, params, _seed, pace) {
      NO_PARAMS.parse(params)
      const at = own(source.table.columns, family)
      const tails = await tailsOf(source, at, pace)
      if (tails.columns === 0) throw nothing(what)
      return shareBelow(tails.total(), pace)
    },
  }
}

const neighbours: Unusual = {
  id: 'unusual-neighbours',
  version: '1',
  params: NO_PARAMS,
  source: `${ECOD}; on x − mean of the neighbours, residual analysis as in Li, Dani, Hu, Liu 2017 (Radar), IJCAI`,
  help: 'Accounts whose own facts differ most from those of the accounts that they are tied to.',
  async run(source, params, _seed, pace) {
    NO_PARAMS.parse(params)
    const { table, graph } = source
    const csr = graph.combined
    // What the graph itself is made of is no fact to compare across its edges.
    const at = own(table.columns).filter(
      (k) =>
        table.columns[k].kind === 'number' && !['structure', 'community'].includes(table.columns[k].family),
    )
    if (csr.targets.length === 0) throw nothing('ties between accounts')
    const tails = new Tails(table.n)
    const p = rowNormalised(csr)
    const x = new Float32Array(2 * table.n)
    const spread = new Float32Array(2 * table.n)
    for (const [done, k] of at.entries()) {
      pace.progress({ phase: 'unusual', done, total: at.length, unit: 'steps' })
      const values = await table.column(k)
      // Value and whether it is known: the mean is over the neighbours of whom it is.
      for (let u = 0; u < table.n; u++) {
        const known = !Number.isNaN(values[u])
        x[2 * u] = known ? values[u] : 0
        x[2 * u + 1] = known ? 1 : 0
      }
      await multiply(p, x, 2, pace, spread)
      tails.add(
        values.map((value, u) => (spread[2 * u + 1] > 0 ? value - spread[2 * u] / spread[2 * u + 1] : NaN)),
        'number',
      )
    }
    if (tails.columns === 0) throw nothing('facts about accounts to compare with their neighbours')
    return shareBelow(tails.total(), pace)
  },
}

const isolationParams = z.object({
  trees: z.number().int().min(10).max(1000).default(100).describe('Trees of the forest.'),
})

const isolation: Unusual = {
  id: 'unusual-isolation',
  version: '1',
  params: isolationParams,
  source: 'Isolation forest: Liu, Ting, Zhou 2008, ICDM',
  help: 'Accounts that few random cuts through all their own facts tell from every other account.',
  async run(source, params, seed, pace) {
    const { trees } = isolationParams.parse(params)
    const { table } = source
    const at: number[] = []
    const middle: number[] = []
    for (const k of own(table.columns)) {
      const value = median(await table.column(k))
      if (value === null) continue
      at.push(k)
      middle.push(value)
      await pace.checkpoint()
    }
    if (at.length === 0) throw nothing('facts about accounts')
    const all = table.columns.length
    let wide = new Float32Array(0)
    const rows = async (nodes: Uint32Array, out: Float32Array): Promise<void> => {
      if (wide.length < nodes.length * all) wide = new Float32Array(nodes.length * all)
      await table.gather(nodes, wide.subarray(0, nodes.length * all))
      for (let i = 0; i < nodes.length; i++)
        for (const [c, k] of at.entries()) {
          const value = wide[i * all + k]
          out[i * at.length + c] = Number.isNaN(value) ? middle[c] : value
        }
    }
    const tell = (share: number) =>
      pace.progress({ phase: 'unusual', done: Math.round(100 * share), total: 100, unit: 'steps' })
    const scores = await isolationForest(table.n, at.length, rows, { trees, seed }, pace, tell)
    return shareBelow(scores, pace)
  },
}

/** The middle of the values that are known; null where they do not differ. */
function median(values: Float32Array): number | null {
  const known = values.filter((value) => !Number.isNaN(value)).sort()
  if (known.length === 0 || known[0] === known[known.length - 1]) return null
  return known[known.length >> 1]
}

const SIGNALS: readonly Unusual[] = [
  familyRanking(
    'structure',
    'ties between accounts',
    'Accounts with an unusual place in the graph: very many ties, very dense surroundings.',
  ),
  familyRanking(
    'sharing',
    'things that accounts share',
    'Accounts that share devices, addresses or other things unusually much.',
  ),
  familyRanking(
    'registration',
    'registrations',
    'Accounts registered in unusual bursts or at unusual times.',
  ),
  familyRanking('logins', 'login events', 'Accounts that log in unusually: rhythm, hours, places, failures.'),
  familyRanking('reports', 'reports', 'Accounts that are reported unusually much.'),
  familyRanking(
    'attributes',
    'attributes of accounts',
    'Accounts with unusual values in the columns of accounts.csv.',
  ),
  neighbours,
  isolation,
]

const all: Unusual = {
  id: 'unusual',
  version: '1',
  params: NO_PARAMS,
  source: `${ECOD}; signals weighed alike`,
  help: 'All signals together: accounts that are far out in several of them come first.',
  async run(source, params, seed, pace) {
    NO_PARAMS.parse(params)
    const { n } = source.table
    const sum = new Float64Array(n)
    let used = 0
    for (const signal of SIGNALS) {
      let ranks: Float32Array
      try {
        ranks = await signal.run(source, {}, seed, pace)
      } catch (error) {
        if (error instanceof ShoalError && error.code === 'nothing_to_analyze') continue
        throw error
      }
      used++
      // As ECOD does with columns: −ln of the share that is as far out.
      for (let u = 0; u < n; u++) sum[u] -= Math.log(Math.max(1 - ranks[u], 0.5 / n))
    }
    if (used === 0) throw nothing('facts about accounts')
    return shareBelow(sum, pace)
  },
}

/** Rankings without labels, all signals together first. */
export const UNUSUAL: readonly Unusual[] = [all, ...SIGNALS]
