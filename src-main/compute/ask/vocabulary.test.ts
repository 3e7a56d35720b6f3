import { expect, test } from 'vitest'
import { makeWorld, RUNS } from '../explore/testing/world.ts'
import { askVocabulary } from './vocabulary.ts'

test('says what tables hold, keeps it in a file, and looks again after an import', async () => {
  const { workspace } = makeWorld({ accounts: 40, seed: 31, milliseconds: false })
  const { db, ctx } = workspace
  const types = () =>
    db
      .prepare(
        `SELECT t.value AS type, count(*) AS entities FROM entity e JOIN term t ON t.id = e.type_id
         GROUP BY t.id ORDER BY 2 DESC, t.id`,
      )
      .all()
  const first = await askVocabulary(ctx, RUNS)
  expect(first.entityTypes).toEqual(types())
  expect(first.attributes.map(({ name }) => name).sort()).toEqual(['age', 'city'])
  expect(first.reportClasses.sort()).toEqual(['scam', 'spam'])
  const city = first.attributes.find(({ name }) => name === 'city')!
  expect(city.values.toSorted()).toEqual(['7', 'Paris', '北京'])

  db.exec(`INSERT INTO entity (type_id, key, source_id, row) SELECT type_id, 'more', 2, 1 FROM entity LIMIT 1;
           INSERT INTO tag (name) VALUES ('新');
           INSERT INTO tagging (tag_id, target_kind, target, created_at, created_by)
             SELECT id, 'account', 1, 0, 't' FROM tag WHERE name = '新'`)
  // What the import brings is not there before it is done; what analysts say is there at once.
  const second = await askVocabulary(ctx, RUNS)
  expect(second.entityTypes).toEqual(first.entityTypes)
  expect(second.tags).toContain('新')
  db.exec(`UPDATE source SET status = 'ready', sha256 = 'bb' WHERE id = 2`)
  expect((await askVocabulary(ctx, RUNS)).entityTypes).toEqual(types())
  workspace.close()
})
