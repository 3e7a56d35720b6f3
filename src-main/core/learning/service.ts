import { basename, resolve } from 'node:path'
import { learningMethods } from '../../common/contract/learning.ts'
import type { ParsedInputOf } from '../../common/contract/method.ts'
import { ShoalError } from '../../common/errors.ts'
import { recordStep } from '../cases/changes.ts'
import type { CoreContext, Handlers } from '../context.ts'
import { endingRuns } from '../jobs/ending-runs.ts'
import { appendJournal } from '../journal/journal.ts'
import { newestRuns } from '../workspace/queries.ts'
import type { Session } from '../workspace/service.ts'
import { labelState, listLabels } from './labels.ts'
import { cardOf, chooseModel, freeFolder, listModels, modelById, newestTrained, SHIPPED } from './models.ts'

export type TrainRequest = ParsedInputOf<(typeof learningMethods)['scorers.train']>

/** The graph that training, benches and queues work on: the named run, else the one that views show. */
export function graphFor(session: Session, named: number | undefined): number {
  const graph = named ?? newestRuns(session.workspace.db).graph
  if (graph === undefined)
    throw new ShoalError('run_missing', 'There is no graph yet. Analyze the workspace first.')
  return graph
}

interface NewModel {
  name: string
  version: string
  origin: 'trained' | 'imported'
  kind: string
  folder: string
  sha256: string
  scorer: string | null
  trainingRunId: number | null
}

/** Lists a model that compute has just written, and says so in the journal. */
function addModel(ctx: CoreContext, session: Session, model: NewModel): number {
  const { db } = session.workspace
  const now = ctx.now()
  return db.transaction(() => {
    const made = db
      .prepare(
        `INSERT INTO model (name, version, origin, kind, folder, sha256, scorer, training_run_id, added_at, added_by)
         VALUES (@name, @version, @origin, @kind, @folder, @sha256, @scorer, @trainingRunId, @now, @by)`,
      )
      .run({ ...model, now, by: ctx.actor }).lastInsertRowid
    appendJournal(db, {
      actor: ctx.actor,
      action: `model.${model.origin}`,
      payload: { ...model, id: Number(made) },
      now,
    })
    return Number(made)
  })()
}

/** Trains, saves, scores and shows, as one job. */
export function startTraining(ctx: CoreContext, session: Session, request: TrainRequest) {
  const { workspace, jobs } = session
  const graphRunId = graphFor(session, request.graphRunId)
  const { scorer, params, seed } = request
  return jobs.start({
    kind: 'train',
    params: { ...request, graphRunId },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const { db, path } = workspace
        const { folder, sha256, version, ...result } = await ctx.compute.call(
          'compute.train',
          {
            workspace: path,
            jobId,
            graphRunId,
            scorer,
            params,
            seed,
            refit: request.refit ? newestTrained(db, path, scorer) : null,
            folder: freeFolder(db, path, scorer),
            actor: ctx.actor,
          },
          { signal, onProgress },
        )
        const modelId = addModel(ctx, session, {
          name: basename(folder),
          version,
          origin: 'trained',
          kind: 'table',
          folder: basename(folder),
          sha256,
          scorer,
          trainingRunId: result.trainingRunId,
        })
        chooseModel(db, modelId)
        return { ...result, modelId }
      }),
  })
}

function startScoring(ctx: CoreContext, session: Session, id: number) {
  const { workspace, jobs } = session
  const model = modelById(workspace.db, workspace.path, ctx.modelsDir, id)
  const graphRunId = graphFor(session, undefined)
  return jobs.start({
    kind: 'score',
    params: { model: id, name: model.name, graphRunId },
    run: ({ jobId, signal, onProgress }) =>
      endingRuns(ctx, session, jobId, async () => {
        const result = await ctx.compute.call(
          'compute.score',
          { workspace: workspace.path, jobId, graphRunId, folder: model.folder },
          { signal, onProgress },
        )
        chooseModel(workspace.db, id)
        return { ...result }
      }),
  })
}

function startModelImport(ctx: CoreContext, session: Session, path: string) {
  const { workspace, jobs } = session
  return jobs.start({
    kind: 'model',
    params: { path },
    run: async ({ signal, onProgress }) => {
      const base =
        basename(path)
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .replaceAll(/^-|-$/g, '') || 'model'
      const checked = await ctx.compute.call(
        'compute.importModel',
        { workspace: workspace.path, path, folder: freeFolder(workspace.db, workspace.path, base) },
        { signal, onProgress },
      )
      const { goldenError, provider, folder, ...model } = checked
      const modelId = addModel(ctx, session, {
        ...model,
        folder: basename(folder),
        origin: 'imported',
        scorer: null,
        trainingRunId: null,
      })
      ctx.emit('data.changed', { what: ['runs'] })
      return { modelId, name: model.name, goldenError, provider }
    },
  })
}

export function learningHandlers(ctx: CoreContext, session: () => Session): Handlers<typeof learningMethods> {
  const models = () => {
    const { db, path } = ctx.open()
    return listModels(db, path, ctx.modelsDir)
  }
  return {
    'scorers.list': (_, { signal }) => ctx.ask.call('compute.scorers', {}, { signal }),
    'scorers.train': (request) => startTraining(ctx, session(), request),
    'models.list': models,
    'models.use': ({ id }) => startScoring(ctx, session(), id),
    'models.import': ({ path }) => startModelImport(ctx, session(), path),
    'models.exportDataset': ({ path }) => {
      const { workspace, jobs } = session()
      const graphRunId = graphFor(session(), undefined)
      return jobs.start({
        kind: 'model',
        params: { path, graphRunId },
        run: async ({ signal, onProgress }) => ({
          ...(await ctx.compute.call(
            'compute.exportDataset',
            { workspace: workspace.path, graphRunId, path: resolve(path) },
            { signal, onProgress },
          )),
        }),
      })
    },
    'models.remove': ({ id }) => {
      if (id === SHIPPED) throw new ShoalError('invalid_input', 'The model that ships with Shoal stays.')
      const { db, path } = ctx.open()
      const { name, sha256 } = modelById(db, path, ctx.modelsDir, id)
      // Its folder stays, so that undo brings it back and old runs can still be explained.
      return recordStep(ctx, 'model.remove', { model: id, name, sha256 }, (d, now) => {
        d.prepare('UPDATE model SET removed_at = ? WHERE id = ?').run(now, id)
        return {
          result: null,
          changes: [{ table: 'model', id, column: 'removed_at', before: null, after: now }],
        }
      })
    },
    'models.card': ({ id }) => {
      const { db, path } = ctx.open()
      return { text: cardOf(modelById(db, path, ctx.modelsDir, id)) }
    },
    'labels.state': () => labelState(ctx.open().db),
    'labels.list': (page) => listLabels(ctx.open().db, page),
    'labels.queue': ({ limit, strategy, skip }, { signal }) => {
      const { db, path } = ctx.open()
      const runs = newestRuns(db)
      return ctx.compute.call(
        'compute.labelQueue',
        {
          workspace: path,
          graphRunId: graphFor(session(), undefined),
          scoresRunId: runs.scores ?? null,
          communitiesRunId: runs.communities ?? null,
          limit,
          strategy,
          skip,
        },
        { signal },
      )
    },
  }
}
