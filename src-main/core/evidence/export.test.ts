import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ShoalError } from '../../common/errors.ts'
import { createPace } from '../../common/pace.ts'
import { createCsvSplitter } from './csv.ts'
import { exportPack } from './export.ts'
import { filesOf, HOSTILE, KEYS, makeWorkspace } from './testing/workspace.ts'
import { verifyPack } from './verify.ts'

let w: Awaited<ReturnType<typeof makeWorkspace>>
beforeAll(async () => {
  w = await makeWorkspace()
})
afterAll(() => {
  w.db.close()
  rmSync(w.folder, { recursive: true })
})
const make = (pseudonyms = false, out = w.out) => exportPack(w.ctx, { caseId: w.caseId, out, pseudonyms })
const csv = (bytes: Buffer) => {
  const rows: string[][] = []
  const splitter = createCsvSplitter((cells) => rows.push(cells))
  splitter.push(bytes.toString('utf8'))
  splitter.end()
  return rows
}

test('a pack is a bag that Shoal and sha256sum find intact', async () => {
  const pack = await make()
  expect(await verifyPack(pack.path)).toEqual({ ok: true, problems: [], files: pack.files - 1 })
  for (const manifest of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
    const said = spawnSync('sha256sum', ['-c', '--strict', manifest], { cwd: pack.path, encoding: 'utf8' })
    expect(said.stderr).toBe('')
    expect(said.status).toBe(0)
  }
  const files = filesOf(pack.path)
  expect(files.size).toBe(pack.files)
  const payload = [...files].filter(([name]) => name.startsWith('data/'))
  expect(payload.reduce((sum, [, bytes]) => sum + bytes.length, 0)).toBe(pack.bytes)
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      'data/report.html',
      'data/README.txt',
      'data/figures/community-2-1.svg',
      'data/figures/timeline.svg',
      'data/provenance/runs.json',
      'data/models/toy/card.md',
      'data/tables/reasons.json',
    ]),
  )
  expect(readdirSync(w.out).some((name) => name.endsWith('.part'))).toBe(false)
})

test('the same case and clock give the same bytes', async () => {
  const [a, b] = [await make(), await make()]
  expect(a.path).not.toBe(b.path)
  expect(a.manifestSha256).toBe(b.manifestSha256)
  expect([...filesOf(a.path)]).toEqual([...filesOf(b.path)])
})

test('communities carry their stability and tests, with the run that measured them', async () => {
  const files = filesOf((await make()).path)
  const rows = (name: string) => {
    const [head, ...body] = csv(files.get(`data/tables/${name}`)!)
    return body.map((row) => Object.fromEntries(head!.map((key, i) => [key, row[i]])))
  }
  expect(rows('communities.csv')).toMatchObject([
    {
      community: 'C-1',
      run: '2',
      stability: '0.84',
      stability_grade: 'B',
      core_accounts: '4',
      surprise: '6.7',
      trust_run: '7',
    },
  ])
  expect(rows('community-tests.csv').map((r) => [r.statistic, r.detail, r.observed, r.trust_run])).toEqual([
    ['registration_burst', '24 h', '4', '7'],
    ['surprise', '', '6.7', '7'],
    ['hub_sharing', '203.0.113.77', '3', '7'],
  ])
  const runs = JSON.parse(files.get('data/provenance/runs.json')!.toString('utf8')) as unknown
  expect(JSON.stringify(runs)).toContain('rerun-and-null-model')
  const report = files.get('data/report.html')!.toString('utf8')
  expect(report).toContain('not to be relied on; run #7): C-1 B (0.84)')
  expect(report).toContain('1 of 1 tested communities stand out')
  expect(report).toContain('受检验的 1 个社群中有 1 个')
})

test('rows cite their source; formulas are neutralised; original offsets stay', async () => {
  const files = filesOf((await make()).path)
  const accounts = csv(files.get('data/tables/accounts.csv')!)
  expect(accounts.length).toBe(6)
  const at = (name: string) => accounts[0].indexOf(name)
  expect(accounts.map((r) => r[at('account')])).toEqual([
    'account',
    KEYS[0],
    KEYS[1],
    KEYS[3],
    `'${KEYS[4]}`,
    KEYS[2],
  ])
  expect(accounts[1].slice(at('source_file'))).toEqual([
    'accounts.csv',
    expect.stringMatching(/^[0-9a-f]{64}$/),
    '1',
  ])
  const events = csv(files.get('data/tables/events.csv')!)
  const original = events[0].indexOf('time_original')
  expect(events.slice(1).map((r) => r[original])).toEqual([
    '2026-03-02T05:20:00.000+08:00',
    '',
    '2026-03-01T21:50:00.000-01:30',
  ])
  const texts = csv(files.get('data/tables/reports.csv')!)
  const text = texts[0].indexOf('text')
  expect(texts[4][text]).toBe(`'${HOSTILE[3]}`)
  expect(texts[7][text]).toBe(HOSTILE[6])
})

/** Tags of an XML text that do not close in order. */
function unclosed(xml: string): string[] {
  const open: string[] = []
  for (const [, close, name, self] of xml.matchAll(/<(\/?)([A-Za-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return [`</${name}>`]
    } else if (!self) open.push(name)
  }
  return open
}

test('hostile text stays text in the report and its figures', async () => {
  const files = filesOf((await make()).path)
  const html = files.get('data/report.html')!.toString('utf8')
  expect(html).toContain(`default-src 'none'`)
  expect(html).toContain('&#60;script&#62;alert(1)')
  for (const bad of [/<script/i, /<img/i, /onerror=(?!alert\(2\)&#62;)/i, /<style>\*/, /\]\]>/, /<b> of/])
    expect(html).not.toMatch(bad)
  for (const [name, bytes] of files) {
    if (!/\.(html|svg)$/.test(name)) continue
    // eslint-disable-next-line no-control-regex
    expect(bytes.toString('utf8')).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/)
    expect(bytes.toString('utf8')).not.toMatch(/(?:src|href)="(?!#)/)
  }
  expect(html.length).toBeLessThan(120_000) // the huge text is cut; the table has it whole
  for (const [name, bytes] of files)
    if (name.endsWith('.svg')) expect(unclosed(bytes.toString('utf8')), name).toEqual([])
})

test('rows that the pack cites are in it as they were, once, and no others', async () => {
  const pack = await make()
  const files = filesOf(pack.path)
  const lines = files.get('data/provenance/rows.jsonl')!.toString('utf8').trim().split('\n')
  const rows = lines.map(
    (line) => JSON.parse(line) as { source_sha256: string; source_row: number; cells: object },
  )
  const key = (sha256: string, row: string) => `${sha256} ${row}`
  const have = rows.map((row) => key(row.source_sha256, String(row.source_row)))
  expect(new Set(have).size).toBe(have.length)
  const cited = new Set<string>()
  for (const table of ['relations', 'links', 'events', 'reports', 'labels']) {
    const [head, ...records] = csv(files.get(`data/tables/${table}.csv`)!)
    for (const record of records)
      cited.add(key(record[head!.indexOf('source_sha256')]!, record[head!.indexOf('source_row')]!))
  }
  // Accounts are of the source that kept no rows.
  expect(new Set(have)).toEqual(cited)
  // Verbatim: this file is not for spreadsheets.
  expect(rows[0]!.cells).toMatchObject({ note: '=1+1;=2' })
  const hidden = filesOf((await make(true, join(w.folder, 'no-names'))).path)
  expect([...hidden.keys()]).not.toContain('data/provenance/rows.jsonl')
})

test('with pseudonyms no key of an account, device, address or report is anywhere in the pack', async () => {
  const out = join(w.folder, 'hidden')
  const pack = await make(true, out)
  expect((await verifyPack(pack.path)).problems).toEqual([])
  const all = [...filesOf(out)].map(([name, bytes]) => name + bytes.toString('utf8')).join('\n')
  // 'bob' is short: it is replaced as a word of its own, and not searched for inside longer words.
  for (const key of [...KEYS.filter((k) => k !== 'bob'), 'dev-77abc', '203.0.113.77', 'rep-100'])
    expect(all).not.toContain(key)
  expect(all).not.toMatch(/\bbob\b/)
  expect(all).not.toContain('friend of')
  expect(all).toContain('account~1 和 account~2 用 device~1, from ip~2; account~3 too, account~6x')
  const rows = csv(filesOf(pack.path).get('data/tables/accounts.csv')!)
  expect(rows[1].slice(0, 2)).toEqual(['account~1', '1'])
})

test('other cases stay private, and the chain can still be followed', async () => {
  const files = filesOf((await make()).path)
  for (const bytes of files.values()) expect(bytes.toString('utf8')).not.toContain('Other secret case')
  const lines = files.get('data/provenance/journal.jsonl')!.toString('utf8').trim().split('\n')
  const entries = lines.map((l) => JSON.parse(l) as { action: string; payload: string | null })
  expect(entries.map((e) => e.payload === null)).toEqual([
    false,
    true,
    false,
    true,
    false,
    false,
    false,
    false,
  ])
})

test('where compute cannot give reasons, the pack says so and is whole otherwise', async () => {
  w.setExplain(() => {
    throw new ShoalError('compute_lost', 'gone')
  })
  const pack = await make()
  const files = filesOf(pack.path)
  expect(files.has('data/tables/reasons.json')).toBe(false)
  expect(files.get('data/report.html')!.toString('utf8')).toContain('compute_lost')
  expect((await verifyPack(pack.path)).ok).toBe(true)
  w.setExplain(() => [])
})

test('a cancel at any checkpoint leaves nothing, not even the folder it made', async () => {
  let checkpoints = 0
  const counting = createPace(new AbortController().signal)
  const out = join(w.folder, 'new', 'deep')
  await exportPack(
    w.ctx,
    { caseId: w.caseId, out, pseudonyms: false },
    {
      ...counting,
      checkpoint: () => (checkpoints++, counting.checkpoint()),
    },
  )
  rmSync(join(w.folder, 'new'), { recursive: true })
  expect(checkpoints).toBeGreaterThan(10)
  for (let stop = 1; stop <= checkpoints; stop++) {
    const controller = new AbortController()
    const pace = createPace(controller.signal)
    let n = 0
    const run = exportPack(
      w.ctx,
      { caseId: w.caseId, out, pseudonyms: false },
      {
        ...pace,
        checkpoint: () => {
          if (++n === stop) controller.abort()
          return pace.checkpoint()
        },
      },
    )
    await expect(run).rejects.toMatchObject({ code: 'cancelled' })
    expect(existsSync(join(w.folder, 'new'))).toBe(false)
  }
})

test('a full disk is named and leaves nothing behind', async () => {
  const probe = await open(join(w.folder, 'probe'), 'w')
  const handle = Object.getPrototypeOf(probe) as { write: (...a: unknown[]) => unknown }
  await probe.close()
  const out = join(w.folder, 'full')
  mkdirSync(out)
  writeFileSync(join(out, 'mine.txt'), 'kept')
  const full = vi.spyOn(handle, 'write').mockImplementation(() => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  })
  try {
    await expect(make(false, out)).rejects.toMatchObject({ code: 'disk_full' })
  } finally {
    full.mockRestore()
  }
  expect(readdirSync(out)).toEqual(['mine.txt'])
})

test('an empty or unknown case is refused', async () => {
  w.db.exec(`INSERT INTO case_file (id, name, created_at, created_by) VALUES (90, 'Empty', 1, 'x')`)
  await expect(exportPack(w.ctx, { caseId: 90, out: w.out, pseudonyms: false })).rejects.toMatchObject({
    code: 'invalid_input',
  })
  await expect(exportPack(w.ctx, { caseId: 91, out: w.out, pseudonyms: false })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('how far the scores can be trusted is in the pack, and accounts outside the case are not', async () => {
  const unvalidated = filesOf((await make()).path)
  expect(unvalidated.get('data/report.html')!.toString('utf8')).toContain('Nobody has validated these scores')
  expect(unvalidated.has('data/tables/validation.json')).toBe(false)
  const estimate = { mean: 0.91, sd: 0.01, low: 0.88, high: 0.93 }
  const report = {
    runId: 0,
    scorer: 'default',
    modelId: null,
    graphRunId: 1,
    startedAt: 1,
    seconds: 2,
    simulated: false,
    capacity: 100,
    verdict: {
      level: 'caution',
      findings: [
        {
          code: 'labels_few',
          level: 'warn',
          part: 'labels',
          params: { malicious: 7, benign: 9, needed: 50 },
        },
      ],
    },
    splits: [
      {
        protocol: 'time',
        auroc: estimate,
        auprc: estimate,
        precisionAtK: estimate,
        recallAtK: estimate,
        baseRate: 0.1,
      },
    ],
    calibration: null,
    drift: null,
    noise: {
      checked: 16,
      estimatedRate: 0.1,
      accounts: [
        { accountId: 1, key: KEYS[0], label: 'benign', score: 0.9, by: 'li' },
        { accountId: 999, key: 'outside_0999', label: 'benign', score: 0.8, by: 'li' },
      ],
    },
  }
  w.db
    .prepare(
      `INSERT INTO run (id, kind, algorithm, algorithm_version, params, inputs, parent_run_id, status, started_at,
                        finished_at, app_version, stats)
       VALUES (70, 'validation', 'validation-lab', '1', '{}', '{}', 1, 'done', 1, 2, 't', ?)`,
    )
    .run(JSON.stringify(report))
  try {
    const files = filesOf((await make()).path)
    const html = files.get('data/report.html')!.toString('utf8')
    expect(html).toContain('Usable with caution')
    expect(html).toContain('There are few labels: 7 malicious and 9 benign')
    expect(html).toContain('0.910 (0.880–0.930)')
    const packed = files.get('data/tables/validation.json')!.toString('utf8')
    expect(packed).toContain(KEYS[0])
    expect(packed).not.toContain('outside_0999')
    const runs = files.get('data/provenance/runs.json')!.toString('utf8')
    expect(runs).toContain('validation-lab')
    expect(runs).not.toContain('outside_0999')
    const hidden = filesOf((await make(true)).path)
      .get('data/tables/validation.json')!
      .toString('utf8')
    expect(hidden).not.toContain(KEYS[0])
  } finally {
    w.db.exec('DELETE FROM run WHERE id = 70')
  }
})
