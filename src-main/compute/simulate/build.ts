import type { Pace } from '../../common/pace.ts'
import { DAY, END } from './calendar.ts'
import { CITIES } from './places.ts'
import { planCircles, planInvitations, planPeople } from './population.ts'
import { planRings, planTakeovers } from './rings.ts'
import { Rng, streamOf } from './rng.ts'
import { type ResolvedOptions, ratesOf } from './settings.ts'
import type { World } from './world.ts'

/** Plans a world: about 40 bytes an account. Same options, same world, on every machine. */
export async function buildWorld(options: ResolvedOptions, pace: Pace): Promise<World> {
  const n = options.accounts
  const rates = ratesOf(options)
  const malicious = Math.max(4, Math.round(n * rates.maliciousShare))
  const takenOver = Math.round(malicious * rates.takenOverShare)
  const world: World = {
    seed: options.seed,
    accounts: n,
    honest: n - (malicious - takenOver),
    rates,
    windowStart: END - options.days * DAY,
    role: new Uint8Array(n),
    circle: new Int32Array(n),
    household: new Int32Array(n),
    households: 0,
    ring: new Int32Array(n).fill(-1),
    city: new Uint8Array(n),
    registered: new Uint32Array(n),
    misuse: new Uint32Array(n),
    inviter: new Int32Array(n),
    popularity: new Float32Array(n),
    circles: [],
    rings: [],
    firstCampaign: 0,
    order: new Uint32Array(n),
    position: new Uint32Array(n),
    mobilePools: new Uint16Array(CITIES.length),
    hostingPools: 1 + Math.round(n / 30_000),
  }
  planCircles(world)
  await planPeople(world, async (done) => {
    pace.progress({ phase: 'simulate.plan', done, total: n, unit: 'accounts' })
    await pace.checkpoint()
  })
  await pace.checkpoint()
  planRings(world)
  await pace.checkpoint()
  world.firstCampaign = world.rings.length
  planTakeovers(world, takenOver)
  planInvitations(world)
  await pace.checkpoint()
  shuffle(world)
  const residents = new Uint32Array(CITIES.length)
  for (let i = 0; i < n; i++) residents[world.city[i]]++
  for (let c = 0; c < CITIES.length; c++) world.mobilePools[c] = 1 + Math.floor(residents[c] / 220)
  await pace.checkpoint()
  return world
}

function shuffle(world: World): void {
  const { order, position, accounts } = world
  const rng = new Rng(world.seed, streamOf('order'), 0)
  for (let i = 0; i < accounts; i++) order[i] = i
  for (let i = accounts - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    const swap = order[i]
    order[i] = order[j]
    order[j] = swap
  }
  for (let p = 0; p < accounts; p++) position[order[p]] = p
}
