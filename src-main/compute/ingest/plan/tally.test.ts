import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mappingSchema } from '../../../common/mapping/mapping.ts'
import { migrations } from '../../../core/db/migrations/index.ts'
import { importExport } from '../import.ts'
import { lookAt } from '../tables/look.ts'
import { createWorkspace, writeFiles, type TestWorkspace } from '../testing/workspace.ts'
import { IdentityTally } from './tally.ts'

const RULES = { account: ['trim', 'lower'], entity: { phone: ['phone'] }, region: 'CN' } as const
const identity = { account: [...RULES.account], entity: { phone: [...RULES.entity.phone] }, region: 'CN' }

test('ids are counted as sets of texts count them', () => {
  const id = fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'binary', maxLength: 6 }))
  fc.assert(
    fc.property(fc.array(id, { maxLength: 3000 }), (ids) => {
      const tally = new IdentityTally()
      tally.rulesOf('m', identity)
      for (const one of ids) tally.account(one, one.trim().toLowerCase())
      const raw = new Set(ids)
      const made = new Set(ids.map((one) => one.trim().toLowerCase()))
      expect(tally.report()!.accounts).toEqual({
        ids: raw.size,
        changed: [...raw].filter((one) => one !== one.trim().toLowerCase()).length,
        merged: raw.size - made.size,
      })
    }),
    { numRuns: 100 },
  )
})

describe('an import by rules', () => {
  let w: TestWorkspace
  beforeEach(() => {
    w = createWorkspace(migrations.map(({ sql }) => sql).join('\n'))
    writeFiles(w.root, {
      // The phone stands in no other form twice; U1 is written in three ways.
      'x/会员.csv':
        '会员编号,手机号,昵称\nU1,138 0000 1234,a\n u1 ,13800001234,b\nU2,13900001234,c\nu3,+8613900001234,d\nu1,13700001234,e\n',
    })
  })
  afterEach(() => w.dispose())
  const mapping = mappingSchema.parse({
    shoalMapping: 1,
    name: '会员',
    tables: [
      {
        match: { columns: ['会员编号', '手机号'] },
        outputs: [
          { to: 'accounts', cells: { account_id: { column: '会员编号' } } },
          {
            to: 'links',
            cells: {
              account_id: { column: '会员编号' },
              entity_type: { value: 'phone' },
              entity_id: { column: '手机号' },
            },
            optional: true,
          },
        ],
      },
    ],
    identity,
  })
  const paths = () => [join(w.root, 'x/会员.csv')]

  test('says which rules, how many ids they changed, and how many became one', async () => {
    const result = await importExport(w.ctx, { paths: paths(), given: mapping })
    expect(result.identity).toEqual({
      mappings: [{ mapping: '会员', ...identity }],
      // U1, ' u1 ', U2, u3, u1: three are changed, five ids are three accounts.
      accounts: { ids: 5, changed: 3, merged: 2 },
      entities: { phone: { ids: 5, changed: 4, merged: 2 } },
    })
    expect(result.accountsAdded).toBe(3)
    const kept = w.db
      .prepare("SELECT json_extract(mapping, '$.identity') FROM source")
      .pluck()
      .get() as string
    expect(JSON.parse(kept)).toEqual(identity)
  })

  test('is the same by a saved mapping, whose rules are as much of it as its columns', async () => {
    const saved = [mapping]
    expect((await lookAt({ paths: paths(), rows: 5, saved }, w.ctx)).mapping!.identity).toEqual(identity)
    const result = await importExport(w.ctx, { paths: paths(), saved })
    expect(result).toMatchObject({ accountsAdded: 3, identity: { accounts: { merged: 2 } } })
  })

  test('leaves ids alone where nobody asked for rules', async () => {
    const plain = { ...mapping, identity: { account: [], entity: {}, region: 'CN' } }
    expect(await importExport(w.ctx, { paths: paths(), given: plain })).toMatchObject({
      accountsAdded: 5,
      identity: null,
    })
  })
})
