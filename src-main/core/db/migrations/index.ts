import * as initial from './0001-initial.ts'
import * as graphEngine from './0002-graph-engine.ts'

export interface Migration {
  version: number
  name: string
  sql: string
}

/** Every migration, ascending without gaps; a test holds this to the folder. */
export const migrations: readonly Migration[] = [initial, graphEngine]
