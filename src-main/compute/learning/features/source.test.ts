import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recipeSchema } from '../../../common/recipe.ts'
import { runGraphStep } from '../../graph/step.ts'
import { testWorkspace } from '../../graph/test-workspace.ts'
import type { TestWorkspace } from '../../graph/test-workspace.ts'
import type { AccountGraph } from '../../graph/types.ts'
import { trainingLabels } from '../../store/labels.ts'
import type { FeatureTable } from '../types.ts'
import { alignTo, openFeatures, withLabels } from './source.ts'
import type { FeatureOptions, FeatureSource } from './source.ts'

const DAY = 86_400_000
const T0 = Date.UTC(2024, 0, 1)
const ACCOUNTS = 60

let w: TestWorkspace
let graph: AccountGraph
const opened: FeatureSource[] = []

/** A small export with every kind of fact: two relations, shared devices, logins, reports, attributes with gaps. */
async function build(): Promise<void> {
  w = testWorkspace(T0 + 100 * DAY)
  const key = (i: number) => `a${String(i).padStart(2, '0')}`
  w.accounts(...Array.from({ length: ACCOUNTS }, (_, i) => key(i)))
  for (let i = 1; i <= ACCOUNTS; i++) {
    w.profile(i, {
      level: i % 7 === 0 ? '' : `${i % 11}`,
      os: ['ios', 'android', 'android', 'web'][i % 4],
      verified: i % 3 === 0 ? 'yes' : 'no',
      joined: new Date(T0 + i * DAY).toISOString().slice(0, 10),
      nickname: `somebody ${i}`,
      bio:
        i % 5 === 0
          ? `I sell numbers, the best of ${i} towns, write to me today`
          : `I am ${'very '.repeat(i)}fond of walking in the hills behind the town`,
      same: 'x',
    })
    for (let k = 0; k < 2 + (i % 2); k++)
      w.event(i, T0 + (i + 10 * k) * DAY, {
        device: `d${k === 2 ? 0 : (i * i) % 13}`,
        ip: `ip${(i + k) % 9}`,
      })
    if (i < ACCOUNTS) w.relation(i, i + 1, { type: 'friend', weight: 1 + (i % 3) })
    if (i + 5 <= ACCOUNTS) w.relation(i, i + 5, { type: i % 2 === 0 ? 'pays' : 'friend' })
    if (i % 4 === 0) w.report(i, 'asked me for a code', T0 + i * DAY)
    if (i % 2 === 0) w.label(i, i % 6 === 0 ? 'malicious' : 'benign')
  }
  graph = await runGraphStep(w.ctx, recipeSchema.parse({}))
}

async function open(options: FeatureOptions = {}): Promise<FeatureSource> {
  const source = await openFeatures(w.ctx, graph, options)
  opened.push(source)
  return source
}
const tables = () => readdirSync(join(w.ctx.workspace, 'derived')).filter((name) => name.startsWith('table-'))
const names = (table: FeatureTable) => table.columns.map((column) => column.name)
async function column(table: FeatureTable, name: string): Promise<Float32Array> {
  const k = names(table).indexOf(name)
  if (k < 0) throw new Error(`There is no column ${name}.`)
  return table.column(k)
}
async function everything(table: FeatureTable): Promise<number[][]> {
  return Promise.all(table.columns.map(async (_, k) => [...(await table.column(k))]))
}
const everybody = Uint32Array.from({ length: ACCOUNTS }, (_, u) => u)

beforeEach(build)
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close()
  w.close()
})

describe('openFeatures', () => {
  it('makes columns of everything, each with its own name', async () => {
    const { table, encoding, notes } = await open()
    const all = names(table)
    expect(new Set(all).size).toBe(all.length)
    expect(notes).toEqual([])
    for (const name of [
      'level',
      'os',
      'verified',
      'joined',
      'logins',
      'device_crowd',
      'device_rarity',
      'reports_received',
      'degree:all',
      'degree:relation:friend',
      'core:entity:device',
      'clustering:all',
      'pagerank:all',
      'community_size',
      'small_community_inside',
      'embedding:all:1',
      'mean:all:level',
      'max:relation:pays:level',
      'spread:all:verified',
      'power3:all:joined',
      'mean:all:os=android',
      'mean:all:degree',
    ])
      expect(all).toContain(name)
    expect(all.filter((name) => /nickname|same/.test(name))).toEqual([])
    expect(encoding.attributes.map(({ name, kind }) => [name, kind])).toEqual([
      ['bio', 'text'],
      ['joined', 'date'],
      ['level', 'number'],
      ['nickname', 'left_out'],
      ['os', 'category'],
      ['same', 'left_out'],
      ['verified', 'boolean'],
    ])
    expect(table.columns[all.indexOf('os')].categories).toEqual(['android', 'ios', 'web'])
    const alike = await column(table, 'frequency:bio')
    expect([alike[0], alike[4], alike[9]]).toEqual([Math.log(2), Math.log(13), Math.log(13)].map(Math.fround))
    const level = await column(table, 'level')
    expect([level[0], level[6], level[11]]).toEqual([1, NaN, 1])
    // A label is nowhere: relabelling everybody changes no column.
    const before = await everything(table)
    w.db.exec(`UPDATE label SET label = 'malicious'`)
    expect(await everything((await open()).table)).toEqual(before)
  })

  it('keeps tables by what made them, and makes damaged ones anew', async () => {
    const first = await open()
    expect(tables()).toHaveLength(1)
    const values = await everything(first.table)
    w.progress.length = 0
    const again = await open()
    expect(again.table.sha256).toBe(first.table.sha256)
    expect(await everything(again.table)).toEqual(values)
    expect(again.encoding).toEqual(first.encoding)
    // Read, not computed.
    expect(w.progress.filter(({ phase }) => phase.startsWith('features.'))).toEqual([])

    const path = join(w.ctx.workspace, 'derived', tables()[0])
    const bytes = readFileSync(path)
    const damaged = Buffer.from(bytes)
    damaged[100] ^= 1
    for (const broken of [
      damaged,
      bytes.subarray(0, 1000),
      bytes.subarray(0, bytes.length - 3),
      Buffer.alloc(0),
    ]) {
      writeFileSync(path, broken)
      expect(await everything((await open()).table)).toEqual(values)
      expect(readFileSync(path).equals(bytes)).toBe(true)
    }

    // Other facts, another table.
    w.db.prepare(`UPDATE source SET sha256 = 'bb' WHERE id = 1`).run()
    expect((await open()).table.sha256).not.toBe(first.table.sha256)
    expect(tables()).toHaveLength(2)
  })

  it('gives the same from disk as from memory', async () => {
    const inMemory = await open()
    const file = readFileSync(join(w.ctx.workspace, 'derived', tables()[0]))
    const width = inMemory.table.columns.length
    const rows = new Float32Array(ACCOUNTS * width)
    await inMemory.table.gather(everybody, rows)
    const labels = trainingLabels(w.ctx, graph.accountIds)
    const block = await inMemory.labelColumns(labels, { seed: 1 }, w.ctx)
    // Read from the file that was made in memory, then made on disk.
    for (const anew of [false, true]) {
      if (anew) writeFileSync(join(w.ctx.workspace, 'derived', tables()[0]), '')
      const onDisk = await open({ memoryBytes: 0 })
      expect(onDisk.table.columns).toEqual(inMemory.table.columns)
      const some = Uint32Array.of(7, 3, 59, 3)
      const got = new Float32Array(some.length * width)
      await onDisk.table.gather(some, got)
      for (const [i, u] of some.entries())
        expect(got.subarray(i * width, (i + 1) * width)).toEqual(rows.subarray(u * width, (u + 1) * width))
      expect(await everything(onDisk.table)).toEqual(await everything(inMemory.table))
      expect(await onDisk.labelColumns(labels, { seed: 1 }, w.ctx)).toEqual(block)
      expect(readFileSync(join(w.ctx.workspace, 'derived', tables()[0])).equals(file)).toBe(true)
    }
  })

  it('sees nothing dated later than asOf', async () => {
    const asOf = T0 + 30 * DAY
    const before = await open({ asOf })
    expect(Math.max(...(await column(before.table, 'logins')))).toBe(3)
    // An account that logged in first on day 40 has not logged in yet; a date to come is not known.
    expect((await column(before.table, 'logins'))[39]).toBe(0)
    expect((await column(before.table, 'joined'))[39]).toBeNaN()
    expect((await column(before.table, 'joined'))[9]).toBe(20)
    const values = await everything(before.table)
    // What comes later changes nothing: events, links, reports, registrations.
    w.event(1, asOf + 1, { device: 'new', ip: 'new' })
    w.link(1, 'card', 'c1', { first: asOf + 1 })
    w.report(2, 'later', asOf + 1)
    w.db
      .prepare(
        'INSERT INTO account_record (account_id, registered_at, attributes, source_id, row) VALUES (?, ?, ?, 1, 999)',
      )
      .run(
        3,
        asOf + 1,
        w.db.prepare('SELECT attributes FROM account_record WHERE account_id = 3').pluck().get(),
      )
    w.db.prepare(`UPDATE source SET sha256 = 'later' WHERE id = 1`).run()
    const after = await open({ asOf })
    expect(after.table.sha256).not.toBe(before.table.sha256)
    expect(names(after.table)).toEqual(names(before.table))
    expect(await everything(after.table)).toEqual(values)
    // Without asOf it is seen.
    expect((await column((await open()).table, 'device_crowd'))[0]).not.toBeNaN()
    expect(Math.max(...(await column((await open()).table, 'logins')))).toBe(4)
  })

  it('tells of an account alone with graphFree', async () => {
    const free = await open({ graphFree: true })
    for (const { operator, relation, family } of free.table.columns) {
      expect([operator, relation]).toEqual(['own', null])
      expect(['structure', 'community', 'labels']).not.toContain(family)
    }
    expect(names(free.table)).toEqual(
      expect.arrayContaining(['level', 'logins', 'reports_received', 'devices']),
    )
    expect(
      names(free.table).filter((name) => /crowd|rarity|registration_burst|frequency/.test(name)),
    ).toEqual([])
    const labels = trainingLabels(w.ctx, graph.accountIds)
    expect((await free.labelColumns(labels, { seed: 1 }, w.ctx)).columns).toEqual([])
    // What others do changes nothing.
    const values = await everything(free.table)
    w.event(2, T0 + 20 * DAY, { device: 'd1' })
    w.db.prepare(`UPDATE source SET sha256 = 'more' WHERE id = 1`).run()
    const after = await everything((await open({ graphFree: true })).table)
    for (const [k, row] of after.entries())
      expect(row.filter((_, u) => u !== 1)).toEqual(values[k].filter((_, u) => u !== 1))
  })

  it('leaves groups out, and stays within the number of columns', async () => {
    const few = await open({
      groups: { community: false, neighbourhood: false, logins: false, attributes: false },
    })
    const families = new Set(few.table.columns.map(({ family }) => family))
    expect(families).toEqual(
      new Set(['structure', 'sharing', 'registration', 'reports'].filter((x) => families.has(x as never))),
    )
    expect(few.table.columns.every(({ operator }) => operator === 'own' || operator === 'embedding')).toBe(
      true,
    )
    expect((await open({ mostColumns: 200 })).table.columns.length).toBeLessThanOrEqual(200)
    const asked = await open({ operators: ['mean', 'band', 'residual'] })
    expect(new Set(asked.table.columns.map(({ operator }) => operator))).toEqual(
      new Set(['own', 'mean', 'band', 'residual']),
    )
  })

  it('follows a model to another export', async () => {
    const trained = await open()
    const columns = trained.table.columns.filter(({ name }) => !/^(spread|core)/.test(name)).reverse()
    const rate = (await trained.labelColumns(trainingLabels(w.ctx, graph.accountIds), { seed: 1 }, w.ctx))
      .columns
    const like = { columns: [...columns, ...rate], graph: graph.sha256 }
    const same = await open({ like, encoding: trained.encoding })
    // Nothing was computed: the model's own table has all of it.
    expect(tables()).toHaveLength(1)
    expect(same.table.columns).toEqual(columns)
    for (const [k, { name }] of columns.entries())
      expect([...(await same.table.column(k))]).toEqual([...(await column(trained.table, name))])

    // The other export: unknown words, an attribute less, everybody verified, no relation 'pays', another graph.
    w.db.exec(`DELETE FROM relation WHERE type_id = (SELECT id FROM term WHERE value = 'pays')`)
    for (let i = 1; i <= ACCOUNTS; i++)
      w.db
        .prepare('UPDATE account_record SET attributes = ? WHERE account_id = ?')
        .run(JSON.stringify({ os: i === 1 ? 'palm' : 'web', verified: 'yes', joined: '2024-01-01' }), i)
    w.db.prepare(`UPDATE source SET sha256 = 'other' WHERE id = 1`).run()
    graph = await runGraphStep(w.ctx, recipeSchema.parse({}))
    const other = await open({ like, encoding: trained.encoding })
    expect(other.table.columns).toEqual(columns)
    const os = await column(other.table, 'os')
    // 'web' keeps its code; what the model never saw is missing.
    expect([os[0], os[1]]).toEqual([NaN, 2])
    expect([...(await column(other.table, 'verified'))]).toEqual(Array(ACCOUNTS).fill(1))
    for (const name of ['level', 'mean:all:level', 'degree:relation:pays', 'embedding:all:1'])
      expect([...(await column(other.table, name))].every(Number.isNaN)).toBe(true)
    expect([...(await column(other.table, 'degree:all'))].every(Number.isNaN)).toBe(false)
  })

  it('reads the newest ready record, and passes over broken ones', async () => {
    w.profile(1, { level: '40' })
    const insert = w.db.prepare(
      'INSERT INTO account_record (account_id, attributes, source_id, row) VALUES (?, ?, ?, 1)',
    )
    insert.run(2, JSON.stringify({ level: '99' }), 2)
    insert.run(3, '[1, 2', 1)
    insert.run(4, '["level"]', 1)
    insert.run(5, JSON.stringify({ level: { deep: 1 }, list: [1, 2] }), 1)
    w.db.prepare(`UPDATE source SET sha256 = 'broken' WHERE id = 1`).run()
    const level = await column((await open()).table, 'level')
    expect([...level.subarray(0, 6)]).toEqual([40, 2, NaN, NaN, NaN, 6])
  })

  it('has the features of accounts alone where there is no graph', async () => {
    w.db.exec('DELETE FROM relation; DELETE FROM event; DELETE FROM link')
    w.db.prepare(`UPDATE source SET sha256 = 'bare' WHERE id = 1`).run()
    graph = await runGraphStep(w.ctx, recipeSchema.parse({}))
    const bare = await open()
    expect(names(bare.table)).toEqual(expect.arrayContaining(['level', 'os', 'reports_received']))
    expect(bare.table.columns.every(({ relation }) => relation === null)).toBe(true)
    expect(
      (await bare.labelColumns(trainingLabels(w.ctx, graph.accountIds), { seed: 1 }, w.ctx)).columns,
    ).toEqual([])
  })

  it('leaves nothing behind when cancelled', async () => {
    w.abort()
    await expect(openFeatures(w.ctx, graph, {})).rejects.toMatchObject({ code: 'cancelled' })
    await expect(openFeatures(w.ctx, graph, { memoryBytes: 0 })).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(join(w.ctx.workspace, 'derived')).filter((name) => /table|part/.test(name))).toEqual(
      [],
    )
  })
})

describe('views', () => {
  it('put label columns behind the table and columns into a model order', async () => {
    const { table, labelColumns } = await open()
    const block = await labelColumns(trainingLabels(w.ctx, graph.accountIds), { seed: 1 }, w.ctx)
    const both = withLabels(table, block)
    expect(both.columns).toEqual([...table.columns, ...block.columns])
    expect(both.sha256).not.toBe(table.sha256)
    const width = both.columns.length
    const out = new Float32Array(2 * width)
    await both.gather(Uint32Array.of(5, 0), out)
    for (let k = 0; k < width; k++) {
      const values = await both.column(k)
      expect([out[k], out[width + k]]).toEqual([values[5], values[0]])
    }
    const wanted = [both.columns[width - 1], { ...both.columns[0], name: 'not there' }, both.columns[2]]
    const aligned = alignTo(both, wanted)
    const row = new Float32Array(3)
    await aligned.gather(Uint32Array.of(9), row)
    expect([...row]).toEqual([(await both.column(width - 1))[9], NaN, (await both.column(2))[9]])
    expect((await aligned.column(1)).every(Number.isNaN)).toBe(true)
  })
})
