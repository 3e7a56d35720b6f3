import * as initial from './0001-initial.ts'
import * as graphEngine from './0002-graph-engine.ts'
import * as graphLearning from './0003-graph-learning.ts'
import * as explorer from './0004-explorer.ts'
import * as search from './0005-search.ts'
import * as imports from './0006-import.ts'
import * as proof from './0007-proof.ts'
import * as bulk from './0008-bulk.ts'

export interface Migration {
  version: number
  name: string
  sql: string
}

/** Every migration, ascending without gaps; a test holds this to the folder. */
export const migrations: readonly Migration[] = [
  initial,
  graphEngine,
  graphLearning,
  explorer,
  search,
  imports,
  proof,
  bulk,
]
