import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { importMethods } from '../../common/contract/imports.ts'
import type { Mapping } from '../../common/mapping/mapping.ts'
import { jobMethods } from '../../common/contract/jobs.ts'
import { DEFAULT_RECIPE, type Recipe } from '../../common/recipe.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { endingRuns } from '../jobs/ending-runs.ts'
import { leftOfImport } from '../jobs/queries.ts'
import { verifyJournal } from '../journal/journal.ts'
import { shownRecipe } from '../recipes/queries.ts'
import { missingModel, scoringFolder } from '../learning/models.ts'
import type { Session } from '../workspace/service.ts'
import { newestRuns, setMeta } from '../workspace/queries.ts'
import { isSomethingLeft, startClearing } from './clearing.ts'
import { listJournal, listRuns, listSources } from './queries.ts'

/** A file that `shoal simulate` leaves in its export, so that simulated data is called so wherever it is shown. */
export const SIMULATED_MARK = 'simulated.json'

export interface ImportOptions {
  paths: string[]
  /** Chain an analysis when it is done. */
  analyze: boolean
  /** What the person said the columns mean; absent: the export layout, a saved mapping that fits, or a sure guess. */
  mapping?: Mapping | undefined
}

export function startImport(ctx: CoreContext, session: Session, options: ImportOptions) {
  const { workspace, jobs } = session
  const { analyze, mapping } = options
  // Resuming may happen in another folder.
  const paths = options.paths.map((path) => resolve(path))
  return jobs.start({
    kind: 'import',
    params: { paths, analyze, ...(mapping && { mapping }) },
    left: () => ({ ...leftOfImport(workspace.db) }),
    run: async ({ jobId, signal, onProgress }) => {
      const result = await ctx.compute
        .call(
          'compute.import',
          {
            workspace: workspace.path,
            jobId,
            paths,
            mapping,
            saved: mapping ? [] : ctx.mappings.list().map((saved) => saved.mapping),
          },
          { signal, onProgress },
        )
        .catch((error: unknown) => {
          // Killed because it did not hear the cancel in time: the answer does not wait for what it left.
          if (signal.aborted && !session.closing() && isSomethingLeft(session)) startClearing(ctx, session)
          throw error
        })
      if (paths.some((path) => existsSync(join(path, SIMULATED_MARK))))
        setMeta(workspace.db, 'simulated', '1')
      ctx.emit('data.changed', { what: ['facts'] })
      return { ...result }
    },
    after: (result) => {
      if (analyze && (result['rowsStored'] as number) > 0) startAnalysis(ctx, session, { seed: 1 })
    },
  })
}

export interface AnalysisOptions {
  /** Default: the recipe of the shown design, so that new facts don't undo what somebody designed. */
  recipe?: Recipe | undefined
  seed: number
  freshLayout?: boolean | undefined
}

export function startAnalysis(ctx: CoreContext, session: Session, options: AnalysisOptions) {
  const { workspace, jobs } = session
  const { seed, freshLayout = false } = options
  const recipe = options.recipe ?? shownRecipe(workspace.db) ?? DEFAULT_RECIPE
  const gone = missingModel(workspace.db, workspace.path)
  if (gone !== null)
    ctx.emit('core.problem', {
      code: 'model_invalid',
      message: `The model ${gone} is not in the workspace any more: the model that ships scores instead. Train again, or choose another model.`,
    })
  return jobs.start({
    kind: 'analyze',
    params: { recipe, seed, freshLayout },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => ({
        ...(await ctx.compute.call(
          'compute.analyze',
          {
            workspace: workspace.path,
            jobId,
            recipe,
            seed,
            freshLayout,
            model: scoringFolder(workspace.db, workspace.path),
          },
          { signal, onProgress },
        )),
      })),
    // Why things may be shared innocently takes a scan of everything; done now, the first page that asks need not wait.
    after: () => {
      const graphRunId = newestRuns(workspace.db).graph ?? null
      session.background((signal) =>
        ctx.ask.call('compute.sharingCauses', { workspace: workspace.path, graphRunId, ids: [] }, { signal }),
      )
    },
  })
}

export function jobHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof jobMethods> {
  return {
    'jobs.list': () => session().jobs.list(),
    'jobs.cancel': ({ id }) => session().jobs.cancel(id),
    'imports.start': (options) => startImport(ctx, session(), options),
    'imports.sources': () => listSources(ctx.open().db),
    'analysis.start': (options) => startAnalysis(ctx, session(), options),
    'runs.list': () => listRuns(ctx.open().db),
    'journal.list': (page) => listJournal(ctx.open().db, page),
    'journal.verify': () => verifyJournal(ctx.open().db),
  }
}

/** Looking at files before they are imported, and the mappings that a person saved. */
export function importHandlers(ctx: CoreContext): Handlers<typeof importMethods> {
  return {
    'imports.look': (input, { signal }) =>
      ctx.ask.call(
        'compute.look',
        { ...input, saved: ctx.mappings.list().map(({ mapping }) => mapping) },
        { signal },
      ),
    'imports.preview': (input, { signal }) =>
      ctx.ask.call('compute.previewImport', { workspace: ctx.open().path, ...input }, { signal }),
    'mappings.list': () => ctx.mappings.list(),
    'mappings.save': ({ mapping }) => ctx.mappings.save(mapping),
    'mappings.remove': ({ name }) => {
      ctx.mappings.remove(name)
      return null
    },
  }
}
