import {
  appContract,
  type AppEvents,
  type AppInput,
  type AppOutput,
  type MethodName,
} from '../common/contract/index.ts'
import type { HostInfo, WorkspaceInfo } from '../common/contract/workspace.ts'
import { ShoalError, toErrorShape } from '../common/errors.ts'
import type { Transport } from '../common/rpc/frames.ts'
import { serveRpc, type RpcServer, type ServerHandler } from '../common/rpc/server.ts'
import { pageHandlers } from './accounts/pages.ts'
import { accountHandlers } from './accounts/service.ts'
import { askHandlers } from './ask/service.ts'
import { caseHandlers } from './cases/service.ts'
import { changeHandlers } from './changes/service.ts'
import { communityHandlers } from './communities/service.ts'
import type { CallInfo, CoreContext } from './context.ts'
import { detectorHandlers } from './detectors/service.ts'
import { evidenceHandlers } from './evidence/service.ts'
import { exploreHandlers, warmWhenQuiet } from './explore/service.ts'
import { closeGraphReader } from './graph/reader.ts'
import { graphHandlers } from './graph/service.ts'
import { createMappingStore } from './imports/mappings.ts'
import { problemHandlers } from './imports/problems.ts'
import { provenanceHandlers } from './imports/provenance.ts'
import { checkHandlers } from './imports/check.ts'
import { isSomethingLeft, startClearing } from './imports/clearing.ts'
import { describeInterrupted, resumeHandlers } from './imports/resume.ts'
import { importHandlers, jobHandlers } from './imports/service.ts'
import { searchLags } from './accounts/search-lags.ts'
import { createComputePort, JOB_GRACE_MS } from './jobs/compute-port.ts'
import { labHandlers } from './learning/lab.ts'
import { learningHandlers } from './learning/service.ts'
import { HIDE_KEY, maskedHandlers } from './privacy/service.ts'
import { recipeHandlers } from './recipes/service.ts'
import { reportHandlers } from './reports/service.ts'
import { sessionHandlers } from './session/service.ts'
import { sharingHandlers } from './sharing/service.ts'
import { storyHandlers } from './stories/service.ts'
import { timelineHandlers } from './timeline/service.ts'
import { workspaceHandlers, type PickDialog } from './workspace/handlers.ts'
import { createOpening } from './workspace/opening.ts'
import { createPersonalStore } from './workspace/recent.ts'
import { createWorkspace, openWorkspace, type Session, type SessionOptions } from './workspace/service.ts'

/** Nothing asked for so long: the first map is there. */
const QUIET_MS = 1500

export interface CoreOptions {
  host: HostInfo
  /** The system's open dialog, where the host has one. */
  pick: PickDialog | null
  startCompute(): Transport
  modelsDir: string
  sampleDir: string
  /** Folder for what belongs to the person: recents, preferences. */
  userDir: string
  now?: () => number
  log?: CoreContext['log']
}

export interface Core {
  readonly context: CoreContext
  /** Asks a method as a renderer would, for hosts in the same process (the command line): input is parsed, too. */
  ask<N extends MethodName>(name: N, input: AppInput<N>, signal?: AbortSignal): Promise<AppOutput<N>>
  readonly session: () => Session | null
  open(path: string, create: boolean): Promise<WorkspaceInfo>
  /** Stops an opening that takes long; `open` then throws ShoalError cancelled. */
  cancelOpening(): void
  /** Serves one renderer; events go to every renderer that is served. */
  serve(transport: Transport): void
  on<E extends keyof AppEvents>(event: E, listener: (payload: AppEvents[E]) => void): void
  close(): Promise<void>
}

/**
 * The application below its hosts: one workspace at a time, every feature's handlers, one compute process for jobs and one
 * for questions.
 */
export function createCore(options: CoreOptions): Core {
  const now = options.now ?? Date.now
  const log = options.log ?? (() => {})
  const personal = createPersonalStore(options.userDir)
  const compute = createComputePort(options.startCompute, JOB_GRACE_MS)
  const ask = createComputePort(options.startCompute)
  const renderers = new Set<RpcServer>()
  /** Whether windows are shown pseudonyms; the command line and packs have their own switch. */
  let hidden = personal.preferences()[HIDE_KEY] === true
  const listeners = new Map<string, ((payload: never) => void)[]>()
  let session: Session | null = null
  /** Opening and closing take turns, so that two windows cannot open two workspaces at once. */
  let turn: Promise<unknown> = Promise.resolve()

  const emit: CoreContext['emit'] = (event, payload) => {
    for (const renderer of renderers) renderer.emit(event, payload)
    for (const listener of listeners.get(event) ?? []) listener(payload as never)
    if (event === 'data.changed' && session) {
      emit('workspace.changed', session.info())
      if ((payload as AppEvents['data.changed']).what.includes('facts')) keepSearchUp()
    }
  }
  /** Ends when the search index was last brought up; the next time waits for it. */
  let searching: Promise<unknown> = Promise.resolve()
  /**
   * Brings the search index up to the facts while nobody waits for it: what it lacks is read until then. Only where somebody
   * looks: a command searches nothing.
   */
  const keepSearchUp = (): void => {
    if (!session || renderers.size === 0 || !searchLags(session.workspace.db)) return
    const { path } = session.workspace
    session.background(async (signal) => {
      searching = searching
        .catch(() => {})
        .then(() => compute.call('compute.indexKeys', { workspace: path }, { signal }))
      await searching
    })
  }
  /** What went wrong without stopping anything: said in the log and to every renderer. */
  const problem = (error: unknown): void => {
    const shape = toErrorShape(error)
    log('warn', shape.message)
    emit('core.problem', shape)
  }
  const required = (): Session => {
    if (!session) throw new ShoalError('no_workspace', 'No workspace is open. Open or create one first.')
    return session
  }
  const context: CoreContext = {
    open: () => required().workspace,
    compute,
    ask,
    mappings: createMappingStore(options.userDir),
    actor: options.host.actor,
    appVersion: options.host.version,
    modelsDir: options.modelsDir,
    now,
    emit,
    log,
  }
  const sessionOptions: SessionOptions = {
    actor: context.actor,
    appVersion: context.appVersion,
    compute,
    now,
    log,
    jobChanged: (job) => emit('jobs.changed', job),
    problem,
  }

  const opening = createOpening(now, (state) => emit('workspace.opening', state))

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work)
    turn = mine.catch(() => {})
    return mine
  }
  async function closeSession(): Promise<void> {
    const closing = session
    if (!closing) return
    session = null
    await closeGraphReader(closing.workspace.db)
    ask.close() // it holds the workspace's columns and its database
    await closing.close()
    emit('workspace.changed', null)
  }
  const open = (path: string, create: boolean) => {
    const opened = opening.ask(path, (tidying) =>
      (create ? createWorkspace : openWorkspace)(path, { ...sessionOptions, tidying }),
    )
    return inTurn(async () => {
      await closeSession()
      session = await opened()
      try {
        personal.opened(session.workspace.path, now())
      } catch (error) {
        problem(error) // a list of recents is no reason not to work
      }
      const info = session.info()
      emit('workspace.changed', info)
      // A cancelled import whose rows were not all cleared away when the app was closed; one that was killed waits instead.
      if (isSomethingLeft(session) && describeInterrupted(session) === null) startClearing(context, session)
      keepSearchUp()
      // Somebody is about to look: the columns come while the window draws its first frame.
      if (renderers.size > 0 && info.runs.layout !== undefined)
        session.background((signal) => warmWhenQuiet(context, QUIET_MS, signal))
      return info
    })
  }

  const handlers = {
    ...workspaceHandlers(context, {
      host: options.host,
      pick: options.pick,
      personal,
      sampleDir: options.sampleDir,
      session: () => session,
      switchTo: open,
      opening,
      closeSession: () => inTurn(closeSession),
    }),
    ...jobHandlers(context, required),
    ...importHandlers(context),
    ...problemHandlers(context, required),
    ...provenanceHandlers(context),
    ...changeHandlers(context),
    ...checkHandlers(context, required),
    ...resumeHandlers(context, required),
    ...communityHandlers(context),
    ...accountHandlers(context),
    ...pageHandlers(context),
    ...timelineHandlers(context),
    ...exploreHandlers(context),
    ...reportHandlers(context),
    ...sharingHandlers(context),
    ...caseHandlers(context),
    ...evidenceHandlers(context, required),
    ...recipeHandlers(context, required),
    ...graphHandlers(context),
    ...detectorHandlers(context, required),
    ...learningHandlers(context, required),
    ...labHandlers(context, required),
    ...askHandlers(context),
    ...sessionHandlers(context),
    ...storyHandlers(context),
  }
  for (const name of Object.keys(appContract)) {
    if (!(name in handlers)) throw new Error(`The contract declares ${name}, but nothing implements it.`)
  }

  /** What windows ask: what they are shown is masked while identities are hidden. */
  const forWindows = maskedHandlers(
    {
      ...(handlers as unknown as Record<string, (input: never, call: CallInfo) => unknown>),
      'preferences.set': async (input: AppInput<'preferences.set'>, call: CallInfo) => {
        await handlers['preferences.set'](input, call)
        emit('preferences.changed', null)
        const next = personal.preferences()[HIDE_KEY] === true
        if (next === hidden) return null
        hidden = next
        // Whatever a view has kept is asked for again.
        emit('data.changed', { what: ['facts', 'runs', 'cases', 'judgements', 'notes', 'recipes', 'views'] })
        return null
      },
    },
    { hidden: () => hidden, db: () => session?.workspace.db ?? null },
  ) as unknown as Record<string, ServerHandler>

  return {
    context,
    async ask(name, input, signal = new AbortController().signal) {
      const handler = handlers[name] as unknown as (input: unknown, call: CallInfo) => unknown
      return (await handler(appContract[name].input.parse(input), { signal })) as AppOutput<typeof name>
    },
    session: () => session,
    open,
    cancelOpening: opening.cancel,
    serve(transport) {
      const server = serveRpc(transport, appContract, forWindows)
      renderers.add(server)
      ask.start()
      keepSearchUp()
      transport.onClose(() => renderers.delete(server))
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener as never])
    },
    async close() {
      opening.cancelAll()
      try {
        await inTurn(closeSession)
      } finally {
        compute.close()
        ask.close()
      }
    },
  }
}
