import enAsk from './en/ask.json'
import enAccounts from './en/accounts.json'
import enAround from './en/around.json'
import enCase from './en/case.json'
import enChanges from './en/changes.json'
import enCommon from './en/common.json'
import enCommunities from './en/communities.json'
import enDesign from './en/design.json'
import enForm from './en/form.json'
import enFrame from './en/frame.json'
import enHelp from './en/help.json'
import enImport from './en/import.json'
import enInspector from './en/inspector.json'
import enJobs from './en/jobs.json'
import enLab from './en/lab.json'
import enValidation from './en/validation.json'
import enScorer from './en/scorer.json'
import enScore from './en/score.json'
import enLabel from './en/label.json'
import enBench from './en/bench.json'
import enMap from './en/map.json'
import enMapTools from './en/mapTools.json'
import enMapping from './en/mapping.json'
import enPages from './en/pages.json'
import enPicture from './en/picture.json'
import enProblems from './en/problems.json'
import enProvenance from './en/provenance.json'
import enReasons from './en/reasons.json'
import enReports from './en/reports.json'
import enSession from './en/session.json'
import enSettings from './en/settings.json'
import enSharing from './en/sharing.json'
import enSearch from './en/search.json'
import enSelection from './en/selection.json'
import enStart from './en/start.json'
import enStory from './en/story.json'
import enTimeline from './en/timeline.json'
import enTour from './en/tour.json'
import enTrust from './en/trust.json'
import zhAsk from './zh-CN/ask.json'
import zhAccounts from './zh-CN/accounts.json'
import zhAround from './zh-CN/around.json'
import zhCase from './zh-CN/case.json'
import zhChanges from './zh-CN/changes.json'
import zhCommon from './zh-CN/common.json'
import zhCommunities from './zh-CN/communities.json'
import zhDesign from './zh-CN/design.json'
import zhForm from './zh-CN/form.json'
import zhFrame from './zh-CN/frame.json'
import zhHelp from './zh-CN/help.json'
import zhImport from './zh-CN/import.json'
import zhInspector from './zh-CN/inspector.json'
import zhJobs from './zh-CN/jobs.json'
import zhLab from './zh-CN/lab.json'
import zhValidation from './zh-CN/validation.json'
import zhScorer from './zh-CN/scorer.json'
import zhScore from './zh-CN/score.json'
import zhLabel from './zh-CN/label.json'
import zhBench from './zh-CN/bench.json'
import zhMap from './zh-CN/map.json'
import zhMapTools from './zh-CN/mapTools.json'
import zhMapping from './zh-CN/mapping.json'
import zhPages from './zh-CN/pages.json'
import zhPicture from './zh-CN/picture.json'
import zhProblems from './zh-CN/problems.json'
import zhProvenance from './zh-CN/provenance.json'
import zhReasons from './zh-CN/reasons.json'
import zhReports from './zh-CN/reports.json'
import zhSession from './zh-CN/session.json'
import zhSettings from './zh-CN/settings.json'
import zhSharing from './zh-CN/sharing.json'
import zhSearch from './zh-CN/search.json'
import zhSelection from './zh-CN/selection.json'
import zhStart from './zh-CN/start.json'
import zhStory from './zh-CN/story.json'
import zhTimeline from './zh-CN/timeline.json'
import zhTour from './zh-CN/tour.json'
import zhTrust from './zh-CN/trust.json'

/** One file per feature and language; a key is written `<file>.<path>`. */
export const en = {
  accounts: enAccounts,
  ask: enAsk,
  around: enAround,
  case: enCase,
  changes: enChanges,
  common: enCommon,
  communities: enCommunities,
  design: enDesign,
  form: enForm,
  frame: enFrame,
  help: enHelp,
  import: enImport,
  inspector: enInspector,
  jobs: enJobs,
  lab: enLab,
  validation: enValidation,
  scorer: enScorer,
  score: enScore,
  label: enLabel,
  bench: enBench,
  map: enMap,
  mapTools: enMapTools,
  mapping: enMapping,
  pages: enPages,
  picture: enPicture,
  problems: enProblems,
  provenance: enProvenance,
  reasons: enReasons,
  reports: enReports,
  session: enSession,
  settings: enSettings,
  sharing: enSharing,
  search: enSearch,
  selection: enSelection,
  start: enStart,
  story: enStory,
  timeline: enTimeline,
  tour: enTour,
  trust: enTrust,
}
export const zh = {
  accounts: zhAccounts,
  ask: zhAsk,
  around: zhAround,
  case: zhCase,
  changes: zhChanges,
  common: zhCommon,
  communities: zhCommunities,
  design: zhDesign,
  form: zhForm,
  frame: zhFrame,
  help: zhHelp,
  import: zhImport,
  inspector: zhInspector,
  jobs: zhJobs,
  lab: zhLab,
  validation: zhValidation,
  scorer: zhScorer,
  score: zhScore,
  label: zhLabel,
  bench: zhBench,
  map: zhMap,
  mapTools: zhMapTools,
  mapping: zhMapping,
  pages: zhPages,
  picture: zhPicture,
  problems: zhProblems,
  provenance: zhProvenance,
  reasons: zhReasons,
  reports: zhReports,
  session: zhSession,
  settings: zhSettings,
  sharing: zhSharing,
  search: zhSearch,
  selection: zhSelection,
  start: zhStart,
  story: zhStory,
  timeline: zhTimeline,
  tour: zhTour,
  trust: zhTrust,
}

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? Unplural<K> : `${K}.${Paths<T[K]>}`
}[keyof T & string]
type Unplural<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K
/** Every key of the English catalogue, plurals by their base. */
export type MessageKey = Paths<typeof en>
