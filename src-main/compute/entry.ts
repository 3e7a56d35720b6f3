import { statSync } from 'node:fs'
import { computeMethods } from '../common/contract/compute.ts'
import type { OutputOf, ParsedInputOf } from '../common/contract/method.ts'
import { ShoalError } from '../common/errors.ts'
import { createPace, type Progress } from '../common/pace.ts'
import type { Transport } from '../common/rpc/frames.ts'
import { serveRpc, type ServerCall } from '../common/rpc/server.ts'
import { analyze } from './analyze.ts'
import { joinsOf } from './around/joins.ts'
import { expandFrom, reachOf } from './around/reach.ts'
import { sceneOf } from './around/scene.ts'
import { answerAsk } from './ask/evaluate.ts'
import { askVocabulary } from './ask/vocabulary.ts'
import { changeHandlers } from './changes/handlers.ts'
import type { ComputeContext } from './context.ts'
import { detect } from './detectors/detect.ts'
import { detectorInfos } from './detectors/index.ts'
import { exploreHandlers } from './explore/handlers.ts'
import { ingredients } from './graph/ingredients.ts'
import { importExport } from './ingest/import.ts'
import { problemHandlers } from './ingest/retry/handlers.ts'
import { checkWorkspace } from './ingest/resume/check.ts'
import { lookAt } from './ingest/tables/look.ts'
import { previewImport } from './ingest/tables/preview.ts'
import { makeIndexes } from './ingest/bulk/indexes.ts'
import { sweepInterrupted } from './ingest/sweep.ts'
import { neighbourhood, pathsBetween } from './kernels/answer.ts'
import { learningHandlers } from './learning/handlers.ts'
import { probeProviders } from './onnx/providers.ts'
import { duplicateGroups } from './similarity/groups.ts'
import { similarAccounts } from './similarity/similar-accounts.ts'
import { indexKeys } from './search/index-keys.ts'
import { simulateOptionsSchema } from './simulate/settings.ts'
import { simulate } from './simulate/simulate.ts'
import { showDesign } from './show-design.ts'
import { explainEntity, sharingCauses } from './sharing/explain-entity.ts'
import { explainPair } from './sharing/explain-pair.ts'
import { openStore } from './store/open.ts'
import { explainReportText } from './text/step.ts'

export interface ComputeOptions {
  modelsDir: string
  appVersion: string
  /** Where the probe of ONNX providers is kept (JSON, belongs to the person, not to a workspace). */
  providersFile: string
  /** Script of a training thread where the code was bundled. */
  fitWorker?: string
  /** Script of the thread that stores an import's rows, likewise. */
  writeWorker?: string
}

/** High-water mark of this process's resident memory, bytes. */
const peakRss = () => process.resourceUsage().maxRSS * 1024

type ComputeHandlers = {
  [K in keyof typeof computeMethods]: (
    input: ParsedInputOf<(typeof computeMethods)[K]>,
    call: ServerCall,
  ) => Promise<OutputOf<(typeof computeMethods)[K]>>
}

/** Serves compute's contract over the transport that a host made. The process does nothing else. */
export function serveCompute(transport: Transport, options: ComputeOptions): void {
  /** Runs work on a connection of its own, which is closed however it ends. */
  async function onWorkspace<T>(
    workspace: string,
    jobId: number | null,
    call: ServerCall,
    work: (ctx: ComputeContext) => Promise<T>,
  ): Promise<T> {
    if (!statSync(workspace, { throwIfNoEntry: false })?.isDirectory()) {
      throw new ShoalError('not_found', `There is no workspace folder ${workspace}.`)
    }
    const db = openStore(workspace)
    try {
      return await work({
        ...createPace(call.signal, throttle(call)),
        workspace,
        db,
        jobId,
        modelsDir: options.modelsDir,
        appVersion: options.appVersion,
        providersFile: options.providersFile,
        ...(options.fitWorker !== undefined && { fitWorker: options.fitWorker }),
        ...(options.writeWorker !== undefined && { writeWorker: options.writeWorker }),
        now: () => Date.now(),
        log: (level, message) => process.stderr.write(`compute ${level}: ${message}\n`),
      })
    } finally {
      db.close()
    }
  }

  const handlers: ComputeHandlers = {
    ...learningHandlers(onWorkspace),
    ...exploreHandlers(),
    ...problemHandlers(onWorkspace),
    ...changeHandlers(onWorkspace),
    'compute.import': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) => ({
        ...(await importExport(ctx, { paths: input.paths, given: input.mapping, saved: input.saved })),
        peakRssBytes: peakRss(),
      })),
    'compute.look': ({ paths, rows, reads, mapping, saved }, call) =>
      lookAt({ paths, rows, reads, given: mapping, saved }, createPace(call.signal, throttle(call))),
    'compute.previewImport': ({ workspace, ...input }, call) =>
      onWorkspace(workspace, null, call, (ctx) => previewImport(ctx, input)),
    'compute.sweep': ({ workspace, discard }, call) =>
      onWorkspace(workspace, null, call, async (ctx) => {
        const swept = await sweepInterrupted(ctx, discard ? 'nothing' : 'finished')
        await makeIndexes(ctx)
        return swept
      }),
    'compute.check': (input, call) => onWorkspace(input.workspace, input.jobId, call, checkWorkspace),
    'compute.indexKeys': (input, call) => onWorkspace(input.workspace, null, call, indexKeys),
    'compute.ask': ({ workspace, ask, ...options }, call) =>
      onWorkspace(workspace, null, call, (ctx) => answerAsk(ctx, ask, options)),
    'compute.askVocabulary': ({ workspace, runs }, call) =>
      onWorkspace(workspace, null, call, (ctx) => askVocabulary(ctx, runs)),
    'compute.analyze': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) => ({
        ...(await analyze(ctx, input)),
        peakRssBytes: peakRss(),
      })),
    'compute.explain': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./learning/reasons/explain.ts')).explainAccounts(
          ctx,
          input.scoresRunId,
          input.accountIds,
        ),
      ),
    'compute.explainText': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => explainReportText(ctx, input.text)),
    'compute.paths': ({ workspace, graphRunId, a, b, k, length }, call) =>
      onWorkspace(workspace, null, call, (ctx) => pathsBetween(ctx, graphRunId, a, b, k, length)),
    'compute.neighbourhood': ({ workspace, graphRunId, accountId, ...budget }, call) =>
      onWorkspace(workspace, null, call, (ctx) => neighbourhood(ctx, graphRunId, accountId, budget)),
    'compute.reach': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => reachOf(ctx, input, input, input.shown)),
    'compute.expand': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => expandFrom(ctx, input, input)),
    'compute.scene': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => sceneOf(ctx, input, input)),
    'compute.joins': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => joinsOf(ctx, input, input.accountIds)),
    'compute.ingredients': (input, call) => onWorkspace(input.workspace, null, call, ingredients),
    'compute.previewRecipe': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./graph/preview.ts')).previewRecipe(ctx, input.recipe),
      ),
    'compute.buildDesign': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, async (ctx) =>
        (await import('./graph/design.ts')).buildDesign(ctx, input),
      ),
    'compute.compareDesigns': (input, call) =>
      onWorkspace(input.workspace, null, call, async (ctx) =>
        (await import('./graph/compare.ts')).compareDesigns(ctx, input.communitiesRunIds),
      ),
    'compute.showDesign': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, (ctx) =>
        showDesign(ctx, input.communitiesRunId, input.model),
      ),
    'compute.detectors': async () => detectorInfos(),
    'compute.detect': (input, call) =>
      onWorkspace(input.workspace, input.jobId, call, (ctx) => detect(ctx, input)),
    'compute.explainEntity': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => explainEntity(ctx, input)),
    'compute.sharingCauses': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => sharingCauses(ctx, input)),
    'compute.explainPair': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => explainPair(ctx, input)),
    'compute.similarAccounts': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => similarAccounts(ctx, input)),
    'compute.duplicateGroups': (input, call) =>
      onWorkspace(input.workspace, null, call, (ctx) => duplicateGroups(ctx, input)),
    'compute.simulate': async (input, call) => {
      const started = performance.now()
      const made = await simulate(simulateOptionsSchema.parse(input), createPace(call.signal, throttle(call)))
      return {
        accounts: made.accounts,
        files: made.files,
        truthFile: made.truthFile,
        seconds: (performance.now() - started) / 1000,
        peakRssBytes: peakRss(),
      }
    },
    'compute.providers': (_, call) =>
      probeProviders({ cacheFile: options.providersFile, signal: call.signal }),
  }
  serveRpc(transport, computeMethods, handlers as never)
}

/** At most 10 reports a second, but always the first of a phase and the last of a total. */
function throttle(call: ServerCall): (progress: Progress) => void {
  let last = 0
  let phase = ''
  return (progress) => {
    const now = performance.now()
    if (progress.phase === phase && now - last < 100 && progress.done !== progress.total) return
    last = now
    phase = progress.phase
    call.progress(progress)
  }
}
