/**
 * Makes the simulated worlds that training reads, and the simulator's phrase banks.
 *   node make_worlds.ts WORK_FOLDER
 * Writes WORK/world-SEED (+ -truth) for every seed below and WORK/phrases.json.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePace } from '../../../src-main/common/pace.ts'
import { simulate } from '../../../src-main/compute/simulate/simulate.ts'
import { EN, MIXED, ZH } from '../../../src-main/compute/simulate/texts/complaints.ts'

const [work] = process.argv.slice(2)
if (!work) throw new Error('usage: make_worlds.ts WORK_FOLDER')
export const SEEDS = { train: [101, 102, 103, 104, 105, 106], dev: [201], test: [301, 302] }
for (const seed of Object.values(SEEDS).flat()) {
  const made = await simulate({ out: join(work, `world-${seed}`), accounts: 40_000, seed }, freePace())
  process.stderr.write(`world ${seed}: ${made.reports} reports\n`)
}
writeFileSync(join(work, 'seeds.json'), JSON.stringify(SEEDS))
writeFileSync(join(work, 'phrases.json'), JSON.stringify([ZH, EN, MIXED]))
