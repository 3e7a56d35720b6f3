/**
 * How often the likely cause of sharing is the true one, in simulated worlds: prints a confusion table, and how well
 * the factor ranks what rings share below what others do, beside rarity alone.
 *
 *   node tests/bench/sharing/causes.ts [SETTING:SEED …] [--accounts N]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHARING_CAUSES, type SharingCause } from '../../../src-main/common/contract/sharing.ts'
import { freePace } from '../../../src-main/common/pace.ts'
import type { ComputeContext } from '../../../src-main/compute/context.ts'
import { importExport } from '../../../src-main/compute/ingest/import.ts'
import { classifySharing } from '../../../src-main/compute/sharing/classify.ts'
import { scanSharing } from '../../../src-main/compute/sharing/scan.ts'
import { simulateOptionsSchema } from '../../../src-main/compute/simulate/settings.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { openStore } from '../../../src-main/compute/store/open.ts'
import { createWorkspaceFolder, openDatabase } from '../../../src-main/core/db/open.ts'
import { readTruth } from './truth.ts'

/** Which answer is right for what a thing really is; things of other kinds are only listed. */
const RIGHT: Record<string, SharingCause> = {
  'mobile carrier': 'carrier',
  cafe: 'public_place',
  shop: 'public_place',
  'office site': 'campus',
  'campus site': 'campus',
  'onboarding site': 'campus',
  'marketing site': 'campus',
  home: 'family',
  hosting: 'hosting',
  hotel: 'hosting',
  'residential proxy': 'hosting',
  den: 'none',
  'own phone': 'handover',
  'family tablet': 'family',
  'repair bench': 'public_device',
  kiosk: 'public_device',
  'internet café PC': 'public_device',
  "team's phone": 'campus',
  "ring's phone": 'none',
}

const at = process.argv.indexOf('--accounts')
const accounts = at < 0 ? 20_000 : Number(process.argv[at + 1])
const given = process.argv.slice(2).filter((word) => word.includes(':'))
const worlds = given.length > 0 ? given : ['burst:24', 'camouflage:23', 'default:25']

const table = new Map<string, Map<SharingCause, number>>()
const ranked: { ring: boolean; factor: number; rarity: number }[] = []
for (const world of worlds) {
  const [setting = 'default', seed = '1'] = world.split(':')
  const folder = mkdtempSync(join(tmpdir(), 'shoal-causes-'))
  try {
    await collect(join(folder, 'world'), setting, Number(seed))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
print()

async function collect(out: string, setting: string, seed: number): Promise<void> {
  await simulate(simulateOptionsSchema.parse({ out, accounts, seed, setting }), freePace())
  const workspace = createWorkspaceFolder(`${out}.shoal`)
  openDatabase(workspace).close()
  const db = openStore(workspace)
  try {
    const ctx: ComputeContext = {
      ...freePace(),
      workspace,
      db,
      modelsDir: '',
      appVersion: 'bench',
      jobId: null,
      now: () => 0,
      log: () => {},
    }
    await importExport(ctx, { paths: [out] })
    const truth = readTruth(out)
    const named = new Map(
      (
        db
          .prepare('SELECT e.id, t.value, e.key FROM entity e JOIN term t ON t.id = e.type_id')
          .raw()
          .all() as [number, string, string][]
      ).map(([id, type, key]) => [id, { type, key }]),
    )
    const users = db
      .prepare(
        `SELECT a.key FROM (SELECT account_id FROM link WHERE entity_id = @id
           UNION SELECT account_id FROM event WHERE ip_id = @id
           UNION SELECT account_id FROM event WHERE device_id = @id) u JOIN account a ON a.id = u.account_id`,
      )
      .pluck()
    await scanSharing(ctx, null, (id, stats) => {
      const { type, key } = named.get(id)!
      const verdict = classifySharing(stats)
      const row = `${type === 'ip' ? 'address' : type}: ${truth.kind(type, key)}`
      const counts = table.get(row) ?? new Map<SharingCause, number>()
      table.set(row, counts.set(verdict.cause, (counts.get(verdict.cause) ?? 0) + 1))
      if (type !== 'ip' && type !== 'device') return
      const rings = new Map<string, number>()
      for (const account of users.all({ id }) as string[]) {
        const { ring } = truth.accounts.get(account)!
        if (ring !== '') rings.set(ring, (rings.get(ring) ?? 0) + 1)
      }
      const most = Math.max(0, ...rings.values())
      const ring = most >= 2 && most >= stats.accounts / 2
      ranked.push({ ring, factor: verdict.factor, rarity: 1 / (stats.accounts - 1) })
    })
  } finally {
    db.close()
  }
}

/** Chance that a ring's thing has the higher value than another's; ties count half. */
function auroc(value: (row: (typeof ranked)[number]) => number): number {
  const rows = ranked.toSorted((x, y) => value(x) - value(y))
  let [below, sum, rings] = [0, 0, 0]
  for (let i = 0; i < rows.length;) {
    let [end, here, others] = [i, 0, 0]
    for (; end < rows.length && value(rows[end]!) === value(rows[i]!); end++) {
      if (rows[end]!.ring) here++
      else others++
    }
    sum += here * (below + others / 2)
    rings += here
    below += others
    i = end
  }
  return sum / (rings * below)
}

function print(): void {
  const causes = SHARING_CAUSES.filter((cause) => [...table.values()].some((counts) => counts.has(cause)))
  const lines = [`| what it really is | n | ${causes.join(' | ')} |`, `|${'---|'.repeat(causes.length + 2)}`]
  let [all, named, right] = [0, 0, 0]
  for (const [row, counts] of [...table].sort()) {
    const n = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const truth = RIGHT[row.slice(row.indexOf(': ') + 2)]
    const cells = causes.map((cause) => {
      const share = (counts.get(cause) ?? 0) / n
      const text = share === 0 ? '' : share.toFixed(2)
      return cause === truth && text !== '' ? `**${text}**` : text
    })
    lines.push(`| ${row} | ${n} | ${cells.join(' | ')} |`)
    if (truth === undefined) continue
    all += n
    named += n - (counts.get('unknown') ?? 0)
    right += counts.get(truth) ?? 0
  }
  const rings = ranked.filter((row) => row.ring).length
  process.stdout.write(
    `${lines.join('\n')}\n\nSimulated: ${worlds.join(', ')}; ${accounts} accounts each.\n` +
      `${all} shared addresses and devices; a cause is named for ${((100 * named) / all).toFixed(1)}%, ` +
      `and of those ${((100 * right) / named).toFixed(1)}% are right.\n` +
      `AUROC of ${rings} things that mostly one ring shares against ${ranked.length - rings} others: ` +
      `factor ${auroc((row) => row.factor).toFixed(3)}, rarity alone ${auroc((row) => row.rarity).toFixed(3)}, ` +
      `both ${auroc((row) => row.factor * row.rarity).toFixed(3)}\n`,
  )
}
