import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { PackResult } from '../../common/contract/cases.ts'
import { isCancelled, ShoalError, toErrorShape } from '../../common/errors.ts'
import { freePace, type Pace } from '../../common/pace.ts'
import type { CoreContext } from '../context.ts'
import { BagWriter } from './bag.ts'
import { pseudonymSalt } from '../privacy/service.ts'
import { gatherFacts, gatherReasons } from './facts.ts'
import { writeCitedRows } from './cited-rows.ts'
import { communityFigure, type CommunityFigure } from './figure-community.ts'
import { timelineFigure } from './figure-timeline.ts'
import { writeJournal, writeModels, writeRuns, writeSources } from './provenance.ts'
import { readme } from './readme.ts'
import { FIGURES_SHOWN, reportHtml } from './report.ts'
import { openScope, type Scope } from './scope.ts'
import { writeStories } from './story.ts'
import { tablesOf, writeTables } from './tables.ts'
import { packedValidation } from './validation.ts'

/**
 * Writes a case's evidence pack, a BagIt bag, as a new folder in `out`. It is read from one snapshot of the workspace
 * and written as a stream; the same case, clock and versions give the same bytes. On cancel, a full disk or any other
 * failure nothing is left behind. Throws not_found, invalid_input (empty case), cancelled, disk_full, read_only.
 */
export async function exportPack(
  ctx: CoreContext,
  options: {
    caseId: number
    out: string
    pseudonyms: boolean
    /** PNGs of the stories' steps, by step id. */
    pictures?: ReadonlyMap<number, Uint8Array>
  },
  pace: Pace = freePace(),
): Promise<PackResult> {
  const { pictures } = options
  const drawn = pictures?.size ? { pictures, salt: pseudonymSalt(ctx.open().db) } : null
  const scope = openScope(ctx, options)
  const bag = new BagWriter(freeName(resolve(options.out), packName(scope)))
  try {
    const total = tablesOf(scope).length + scope.communities.length + 6
    let done = 0
    const tick = () => pace.progress({ phase: 'pack', done: ++done, total, unit: 'steps' })
    await bag.begin()
    const tables = await writeTables(scope, bag, pace, tick)
    const figures: CommunityFigure[] = []
    for (const community of scope.communities) {
      const figure = await communityFigure(scope, community, pace)
      await bag.put(figure.file, figure.svg)
      // Only those that the page shows are kept; a case of 500 communities must not fill the memory.
      if (figures.length < FIGURES_SHOWN) figures.push(figure)
      tick()
      await pace.checkpoint()
    }
    const timeline = timelineFigure(scope)
    if (timeline) await bag.put('figures/timeline.svg', timeline.svg)
    tick()
    await writeSources(scope, bag)
    await writeCitedRows(ctx, scope, bag, pace)
    tick()
    await writeRuns(scope, bag)
    const journal = await writeJournal(scope, bag, pace)
    const models = await writeModels(scope, bag, ctx.modelsDir, pace)
    tick()
    const facts = gatherFacts(scope)
    await pace.checkpoint()
    const reasons = await gatherReasons(ctx, scope, facts, pace)
    if ('list' in reasons) {
      const list = reasons.list.map((e) => ({
        ...e,
        account: accountOf(scope, e.accountId),
        // As in the relations' table, an account outside the case is named, and marked as such.
        neighbours: e.neighbours.map((n) => ({
          ...n,
          key: scope.names.account(n.accountId, n.key),
          insidePack: inPack(scope, n.accountId),
        })),
      }))
      await bag.put(
        'tables/reasons.json',
        `${JSON.stringify({ scoresRun: scope.scoresRun, method: reasons.list[0]?.method ?? null, accounts: list }, null, 2)}\n`,
      )
    }
    if (scope.validation)
      await bag.put('tables/validation.json', `${JSON.stringify(packedValidation(scope), null, 2)}\n`)
    tick()
    await bag.put(
      'report.html',
      reportHtml(scope, { facts, reasons, figures, timeline, tables, journal, models }),
    )
    const stories = await writeStories(scope, bag, drawn)
    await bag.put('README.txt', readme(scope, models, stories))
    tick()
    await pace.checkpoint()
    const date = new Date(scope.now).toISOString()
    const result = await bag.finish([
      ['Bagging-Date', date.slice(0, 10)],
      ['Contact-Name', scope.actor],
      ['External-Identifier', packName(scope)],
      ['External-Description', `Shoal evidence pack for the case "${scope.names.text(scope.case.name)}"`],
      ['Bag-Software-Agent', `Shoal ${scope.appVersion}`],
      ['Shoal-Pack-Version', '1'],
      ['Shoal-Made', date],
      ['Shoal-Pseudonyms', String(scope.names.pseudonyms)],
      ['Shoal-Simulated-Data', String(scope.simulated)],
      ['Shoal-Journal-Head', `${journal.entries} ${journal.head}`],
    ])
    tick()
    return { path: bag.target, ...result }
  } catch (error) {
    await bag.discard()
    if (isCancelled(error) || pace.signal.aborted) throw new ShoalError('cancelled', 'Cancelled.')
    if (error instanceof ShoalError) throw error
    const shape = toErrorShape(error)
    const where =
      shape.code === 'internal'
        ? 'The pack could not be written'
        : `Cannot write the pack into ${options.out}`
    throw new ShoalError(shape.code, `${where}: ${shape.message}`, shape.details)
  } finally {
    scope.close()
  }
}

const inPack = (scope: Scope, id: number): boolean =>
  scope.db.prepare('SELECT 1 FROM temp.pack_account WHERE id = ?').pluck().get(id) === 1

function accountOf(scope: Scope, id: number): string {
  const key = scope.db.prepare('SELECT key FROM account WHERE id = ?').pluck().get(id) as string
  return scope.names.account(id, key)
}

/** 'case-name-20261122T151600Z': safe on every file system; letters of any script stay. */
function packName(scope: Scope): string {
  const slug =
    scope.names
      .text(scope.case.name)
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}~]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40) || 'case'
  return `${slug}-${new Date(scope.now).toISOString().replace(/[-:]|\.\d{3}/g, '')}`
}

function freeName(folder: string, name: string): string {
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${name}-${n}`)
    if (!existsSync(path)) return path
  }
}
