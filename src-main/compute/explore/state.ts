import Sqlite, { type Database } from 'better-sqlite3'
import { join } from 'node:path'
import type { TrustCodes } from '../../common/communities/columns.ts'
import type { CommunityRegions } from '../../common/contract/communities.ts'
import type { CommunityColumns, ExploreRuns } from '../../common/contract/compute-explore.ts'
import { ShoalError } from '../../common/errors.ts'
import { createPace, type Pace } from '../../common/pace.ts'
import { NUMBER_OF, numberOf } from '../../common/selection/where.ts'
import { hasTexts, loadTexts, type Texts } from '../search/texts.ts'
import { DATABASE_FILE } from '../store/open.ts'
import { factsKey, loadAccounts, type AccountColumns } from './accounts.ts'
import { loadAttributes, type AttributeColumns } from './attributes.ts'
import type { Bitset } from './bitset.ts'
import { hasCells, loadCells, readRhythm, type CellColumns, type Rhythm } from './cells.ts'
import type { Chosen } from './chosen.ts'
import { keepColumns, pathOf, readColumns } from './column-file.ts'
import { heaviestOf, loadBetween, readHeaviest, type Between } from './communities.ts'
import { loadEvents, type EventColumns } from './events.ts'
import { loadGroups, type Groups } from './groups.ts'
import { readJudged, type Judged } from './judged.ts'
import { loadMarks, type Marks } from './marks.ts'
import { loadNeighbours, type Neighbours } from './neighbours.ts'
import { loadRegions } from './regions.ts'
import { loadRuns, runsKey, type RunColumns } from './runs.ts'
import { loadSums, loadTrust } from './sums.ts'
import { loadUses, readUseOffsets, type UseColumns } from './uses.ts'

/** Bitsets that are kept of each kind of part: at a million accounts each takes 125 KB. */
const KEPT_MASKS = 96
/** Orders of all accounts, and places in them: 4 MB each at a million accounts. */
const KEPT_ORDERS = 8
/** Whole selections with what was counted of them: at a million accounts up to 2 MB each. */
const KEPT_CHOSEN = 12

/** The least recently used goes first; failures are not kept. */
export class RecentCache<T> {
  readonly #kept = new Map<string, Promise<T>>()
  readonly #most: number
  constructor(most: number) {
    this.#most = most
  }
  get(key: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key)
    if (kept) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const made = make()
    this.#kept.set(key, made)
    made.catch(() => this.#kept.delete(key))
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!)
    return made
  }
  get size(): number {
    return this.#kept.size
  }
}

/** Made when first asked for, then kept; a failure is not. */
function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null
  return () => {
    if (!kept) {
      const mine = make()
      kept = mine
      mine.catch(() => {
        if (kept === mine) kept = null
      })
    }
    return kept
  }
}

/** What takes too long to wait for where its file is not there: made behind the answers then. */
export interface Behind<T> {
  /** Waits for it, however long that takes. */
  get(): Promise<T>
  /** Null while it is being made; asking has it made. */
  ready(): Promise<T | null>
}
function behind<T>(isQuick: () => boolean, make: () => Promise<T>): Behind<T> {
  let there = false
  const get = lazy(async () => {
    const made = await make()
    there = true
    return made
  })
  return {
    get,
    async ready() {
      if (there || isQuick()) return get()
      get().catch(() => {}) // said when somebody waits for it
      return null
    },
  }
}

interface Facts {
  key: string
  masks: RecentCache<Bitset>
  orders: RecentCache<Uint32Array>
  kept: Map<string, Promise<unknown>>
  accounts(): Promise<AccountColumns>
  events(): Promise<EventColumns>
  cells: Behind<CellColumns & Rhythm>
  /** Null where the cells are not there yet. */
  rhythm(): Promise<Rhythm | null>
  attributes(): Promise<AttributeColumns>
  uses(): Promise<UseColumns>
  /** How many use each entity: see UseColumns. Null where that is not on disk. */
  useOffsets(): Promise<Uint32Array | null>
  texts: Behind<Texts>
}
interface Runs {
  key: string
  masks: RecentCache<Bitset>
  chosen: RecentCache<Chosen>
  orders: RecentCache<Uint32Array>
  /** Values and scales of channels, by name. */
  kept: Map<string, Promise<unknown>>
  columns(): Promise<RunColumns>
  between(): Promise<Between>
  /** The heaviest edges between communities, heaviest first. */
  heaviest(): Promise<Between>
  neighbours(): Promise<Neighbours>
  groups(): Promise<Groups>
  marks(): Promise<Marks>
  regions(): Promise<CommunityRegions>
  /** How many accounts have a value of each channel, as far as that was counted; and how it is kept for the next time. */
  known(): Promise<Record<string, number>>
  keepKnown(counts: Record<string, number>): Promise<void>
  /** Core keeps these: here they are only made. */
  sums(threshold: number | null): Promise<CommunityColumns>
  trust(runs: { trust: number | null; lineage: number | null }): Promise<TrustCodes>
}
interface Judgements {
  /** Last step of the journal that they hold. */
  seq: number
  masks: RecentCache<Bitset>
  columns(): Promise<Judged>
}

/** All that one question is answered from: what belongs together stays together while others change it. */
export interface Snapshot {
  db: Database
  runIds: ExploreRuns
  facts: Facts
  runs: Runs
  judged: Judgements
  /** Breathes, but is never cancelled: what one question loads others wait for. */
  pace: Pace
}

/** What is held of one workspace. Columns come when they are asked for and go when what they say has changed. */
export class ExploreState {
  readonly workspace: string
  readonly db: Database
  readonly #pace: Pace = createPace(new AbortController().signal)
  #seen = -1
  #facts: Facts | null = null
  readonly #runs = new Map<string, Runs>()
  #judged: Judgements | null = null

  constructor(workspace: string) {
    this.workspace = workspace
    try {
      this.db = new Sqlite(join(workspace, DATABASE_FILE), { fileMustExist: true })
    } catch {
      throw new ShoalError('not_found', `There is no workspace database in ${workspace}.`)
    }
    this.db.pragma('busy_timeout = 20000')
    this.db.pragma('cache_size = -65536')
    this.db.pragma('temp_store = MEMORY')
    this.db.function(NUMBER_OF, { deterministic: true }, numberOf as (...args: unknown[]) => unknown)
  }

  /**
   * The columns as they are now. Another process's writes show in `data_version`; only then is it looked at what
   * they changed: facts, judgements and tags, or nothing that is held here.
   */
  snapshot(runIds: ExploreRuns): Snapshot {
    const seen = this.db.pragma('data_version', { simple: true }) as number
    if (seen !== this.#seen || !this.#facts || !this.#judged) {
      this.#seen = seen
      const key = factsKey(this.db)
      if (this.#facts?.key !== key) {
        this.#facts = this.#newFacts(key)
        this.#runs.clear()
      }
      // Every judgement, tag and undo of one is a step of the journal.
      const seq = (this.db.prepare('SELECT max(seq) FROM journal').pluck().get() as number | null) ?? 0
      if (this.#judged?.seq !== seq) this.#judged = this.#newJudged(this.#facts, seq)
    }
    const facts = this.#facts
    const key = runsKey(facts.key, runIds)
    let runs = this.#runs.get(key)
    if (!runs) {
      this.#runs.clear() // two designs at once would be too much memory
      runs = this.#newRuns(key, facts, runIds)
      this.#runs.set(key, runs)
    }
    return { db: this.db, runIds, facts, runs, judged: this.#judged, pace: this.#pace }
  }

  #newFacts(key: string): Facts {
    const { db, workspace } = this
    const pace = this.#pace
    const accounts = lazy(() => loadAccounts(db, workspace, key, pace))
    const events = lazy(async () => loadEvents(db, workspace, key, await accounts(), pace))
    const cells = behind(
      () => hasCells(workspace, key),
      async () => loadCells(workspace, key, (await accounts()).n, events, pace),
    )
    let useOffsets: Uint32Array | null = null
    const rhythm = lazy(() => readRhythm(workspace, key, pace))
    return {
      key,
      masks: new RecentCache(KEPT_MASKS),
      orders: new RecentCache(KEPT_ORDERS),
      kept: new Map(),
      accounts,
      events,
      cells,
      rhythm: async () => (hasCells(workspace, key) ? ((await rhythm()) ?? cells.get()) : cells.ready()),
      attributes: lazy(async () => loadAttributes(db, workspace, key, await accounts(), pace)),
      uses: lazy(async () => loadUses(db, workspace, key, await accounts(), pace)),
      useOffsets: async () => (useOffsets ??= await readUseOffsets(workspace, key, pace)),
      texts: behind(
        () => hasTexts(workspace, key),
        () => loadTexts(db, workspace, key, pace),
      ),
    }
  }

  #newRuns(key: string, facts: Facts, runIds: ExploreRuns): Runs {
    const { db, workspace } = this
    const pace = this.#pace
    const columns = lazy(async () => loadRuns(db, workspace, key, runIds, await facts.accounts(), pace))
    const known = { workspace, group: 'known', key, keep: 3 }
    // Not kept: 86 MB at a million accounts, from which two small columns are made once.
    const between = async () => {
      const held = { accounts: await facts.accounts(), runs: await columns() }
      return loadBetween(db, workspace, key, runIds.graph, held, pace)
    }
    return {
      key,
      masks: new RecentCache(KEPT_MASKS),
      chosen: new RecentCache(KEPT_CHOSEN),
      orders: new RecentCache(KEPT_ORDERS),
      kept: new Map(),
      columns,
      between,
      heaviest: lazy(async () => (await readHeaviest(workspace, key, pace)) ?? heaviestOf(await between())),
      neighbours: lazy(async () =>
        loadNeighbours(workspace, key, (await columns()).communities, between, pace),
      ),
      groups: lazy(async () => {
        const run = { id: runIds.communities ?? -1, communities: (await columns()).communities }
        return loadGroups(db, workspace, key, run, pace)
      }),
      regions: lazy(() => loadRegions(db, workspace, key, runIds.communities ?? -1, pace)),
      known: async () => (await readColumns<Record<string, number>>(pathOf(known), pace))?.meta ?? {},
      keepKnown: (counts) => keepColumns(known, { meta: counts, columns: {} }, pace),
      sums: (threshold) =>
        loadSums(
          { db, workspace, key },
          runIds,
          async () => ({ accounts: await facts.accounts(), columns: await columns() }),
          threshold,
          pace,
        ),
      trust: async (runs) => loadTrust({ db, workspace, key }, runs, (await columns()).communities, pace),
      marks: lazy(() => loadMarks(db, workspace, key, runIds.report_classes, pace)),
    }
  }

  #newJudged(facts: Facts, seq: number): Judgements {
    return {
      seq,
      masks: new RecentCache(KEPT_MASKS),
      columns: lazy(async () => readJudged(this.db, await facts.accounts())),
    }
  }

  close(): void {
    this.db.close()
  }
}

/** A value that is made once for as long as `kept` lives. */
export function once<T>(
  kept: Map<string, Promise<unknown>>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  let value = kept.get(key) as Promise<T> | undefined
  if (!value) {
    value = make()
    kept.set(key, value)
    value.catch(() => kept.delete(key))
  }
  return value
}

/** As `once`, but of all keys of a slot only the one that was asked for last is kept. */
export function latest<T>(
  kept: Map<string, Promise<unknown>>,
  slot: string,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const name = `${slot} ${key}`
  for (const other of kept.keys()) if (other !== name && other.startsWith(`${slot} `)) kept.delete(other)
  return once(kept, name, make)
}
