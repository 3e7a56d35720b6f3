import type { ErrorShape } from '../errors.ts'
import { accountMethods } from './accounts.ts'
import { aroundMethods } from './around.ts'
import { caseMethods } from './cases.ts'
import { changeMethods } from './changes.ts'
import { checkMethods } from './check.ts'
import { communityMethods } from './communities.ts'
import { detectorMethods } from './detectors.ts'
import { exploreMethods } from './explore.ts'
import { importMethods } from './imports.ts'
import { jobMethods, type Job } from './jobs.ts'
import { labMethods } from './lab.ts'
import { learningMethods } from './learning.ts'
import { askMethods } from './ask.ts'
import { combine, type InputOf, type OutputOf } from './method.ts'
import { pageMethods } from './pages.ts'
import { pathMethods } from './paths.ts'
import { problemMethods } from './problems.ts'
import { provenanceMethods } from './provenance.ts'
import { recipeMethods } from './recipes.ts'
import { resumeMethods } from './resume.ts'
import { sessionMethods, type SessionChanged } from './session.ts'
import { setMethods } from './sets.ts'
import { sharingMethods } from './sharing.ts'
import { storyMethods } from './stories.ts'
import { timelineMethods } from './timeline.ts'
import { workspaceMethods, type WorkspaceInfo, type WorkspaceOpening } from './workspace.ts'

/** Everything the renderer may ask of core. */
export const appContract = combine(
  workspaceMethods,
  jobMethods,
  changeMethods,
  importMethods,
  problemMethods,
  provenanceMethods,
  checkMethods,
  resumeMethods,
  communityMethods,
  accountMethods,
  timelineMethods,
  exploreMethods,
  setMethods,
  caseMethods,
  recipeMethods,
  pathMethods,
  aroundMethods,
  sharingMethods,
  detectorMethods,
  learningMethods,
  labMethods,
  askMethods,
  sessionMethods,
  pageMethods,
  storyMethods,
)
export type AppContract = typeof appContract
export type MethodName = keyof AppContract
export type AppInput<N extends MethodName> = InputOf<AppContract[N]>
export type AppOutput<N extends MethodName> = OutputOf<AppContract[N]>

/** What core pushes to every renderer. */
export interface AppEvents {
  /** A job began, moved (at most 10 Hz) or ended. */
  'jobs.changed': Job
  /** The open workspace changed; null when it was closed. */
  'workspace.changed': WorkspaceInfo | null
  /** What opening a workspace is doing, where it takes longer than a moment; null when it has ended. */
  'workspace.opening': WorkspaceOpening | null
  /** Something that views show has changed; they ask again. */
  'data.changed': { what: ('facts' | 'runs' | 'cases' | 'judgements' | 'notes' | 'recipes' | 'views')[] }
  /** Another window changed what all windows show. */
  'session.changed': SessionChanged
  /** A choice for the whole application was made, here or in another window. */
  'preferences.changed': null
  'core.problem': ErrorShape
}
