import enAccounts from './en/accounts.json'
import enCase from './en/case.json'
import enCommon from './en/common.json'
import enCommunities from './en/communities.json'
import enFrame from './en/frame.json'
import enImport from './en/import.json'
import enInspector from './en/inspector.json'
import enLab from './en/lab.json'
import enMap from './en/map.json'
import enReports from './en/reports.json'
import enStart from './en/start.json'
import enTimeline from './en/timeline.json'
import zhAccounts from './zh-CN/accounts.json'
import zhCase from './zh-CN/case.json'
import zhCommon from './zh-CN/common.json'
import zhCommunities from './zh-CN/communities.json'
import zhFrame from './zh-CN/frame.json'
import zhImport from './zh-CN/import.json'
import zhInspector from './zh-CN/inspector.json'
import zhLab from './zh-CN/lab.json'
import zhMap from './zh-CN/map.json'
import zhReports from './zh-CN/reports.json'
import zhStart from './zh-CN/start.json'
import zhTimeline from './zh-CN/timeline.json'

/** One file per feature and language; a key is written `<file>.<path>`. */
export const en = {
  accounts: enAccounts,
  case: enCase,
  common: enCommon,
  communities: enCommunities,
  frame: enFrame,
  import: enImport,
  inspector: enInspector,
  lab: enLab,
  map: enMap,
  reports: enReports,
  start: enStart,
  timeline: enTimeline,
}
export const zh = {
  accounts: zhAccounts,
  case: zhCase,
  common: zhCommon,
  communities: zhCommunities,
  frame: zhFrame,
  import: zhImport,
  inspector: zhInspector,
  lab: zhLab,
  map: zhMap,
  reports: zhReports,
  start: zhStart,
  timeline: zhTimeline,
}

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? Unplural<K> : `${K}.${Paths<T[K]>}`
}[keyof T & string]
type Unplural<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K
/** Every key of the English catalogue, plurals by their base. */
export type MessageKey = Paths<typeof en>
