import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { regionsOf } from './regions.ts'

/** A hierarchy in which every group of a level lies in group floor(id / factor) of the next. */
function hierarchy(communities: number, factors: number[]) {
  const db = new Database(':memory:')
  db.exec('CREATE TABLE community_group (run_id, level, id, parent)')
  const insert = db.prepare('INSERT INTO community_group VALUES (1, ?, ?, ?)')
  let count = communities
  factors.forEach((factor, level) => {
    for (let id = 0; id < count; id++) insert.run(level, id, Math.floor(id / factor))
    count = Math.ceil(count / factor)
  })
  return db
}

describe('regions', () => {
  it('are the finest level that has few enough groups', () => {
    const found = regionsOf(hierarchy(300, [3, 4, 5]), 1)
    expect(found.level).toBe(2)
    expect(new Set(found.region).size).toBe(25)
    expect(found.community).toHaveLength(300)
    found.community.forEach((id, i) => expect(found.region[i]).toBe(Math.floor(Math.floor(id / 3) / 4)))
  })
  it('are none where the levels leap over what can be named, or there are no levels', () => {
    expect(regionsOf(hierarchy(300, [150]), 1)).toMatchObject({ level: 0, community: new Uint32Array(0) })
    expect(regionsOf(hierarchy(0, []), 1).community).toHaveLength(0)
  })
})
