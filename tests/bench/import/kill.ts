import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkWorkspace } from '../../../src-main/compute/ingest/resume/check.ts'
import { blank, seeded, storedFiles } from '../../../src-main/compute/ingest/testing/kill.ts'
import { createGround, lastHeard, momentsOf, stateOf, tell, type Ran } from './killing.ts'

/**
 * `shoal import` killed (SIGKILL, both of its processes) at 50 random moments unless told otherwise, and `shoal retry` of many rejected
 * rows at a fifth as many: half of them evenly over the time behind its start, half evenly over its phases. A moment that falls
 * behind the end kills nothing and is drawn anew. After each kill the workspace must open, pass integrity_check and show either
 * nothing of it or all of it; going on must end with the content, the credits and the checks of an undisturbed run. Imports
 * go on by `--resume`, every fifth is killed once more while it does, and stored files are filled with zeros before, so that
 * reading one again would show; a retry is repeated.
 * A kill leaves what the system holds of files alone: it is no power cut.
 * Usage: node tests/bench/import/kill.ts [KILLS] [--seed S] [--accounts N]. Exit code 1 where anything is wrong.
 */
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? otherwise : Number(process.argv[at + 1])
}
const kills = Number(process.argv[2]?.startsWith('--') ? 50 : (process.argv[2] ?? 50))
const seed = option('seed', 20261123)
const random = seeded(seed)
const began = performance.now()
const ground = createGround()
const { shoal, looked, copy, hit, remove } = ground
const failures: string[] = []

interface Round {
  number: string
  told: string
  killedIn: string
  shows: string
  more: string
}
function line({ number, told, killedIn, shows, more }: Round, result: string): void {
  console.log(
    `  ${number.padStart(8)}  ${told.padEnd(26)}  ${killedIn.padEnd(10)}  ${shows.padEnd(8)}  ${more.padEnd(28)}  ${result}`,
  )
}
function end(round: Round, wrong: string[]): void {
  line(round, wrong.length === 0 ? 'same as undisturbed' : wrong.join(', '))
  for (const what of wrong) failures.push(`${round.number} (${round.told}): ${what}`)
}

/** Whether a workspace is whole and says what it should. */
function compared(name: string, expected: { content: string; credits: string }): Promise<string[]> {
  return looked(name, async (ctx) => {
    const { items, waiting } = await checkWorkspace(ctx)
    const wrong = items
      .filter(({ faults }) => faults > 0)
      .map(({ code, samples }) => `${code}: ${samples.join('; ')}`)
    if (waiting > 0) wrong.push(`${waiting} sources wait`)
    const state = await stateOf(ctx)
    if (state.content !== expected.content) wrong.push('other content than undisturbed')
    if (state.credits !== expected.credits) wrong.push('other credits than undisturbed')
    return wrong
  })
}
/** What is shown right after a kill, and what is wrong with it. */
function shown(name: string, before: string, after: string): Promise<{ shows: string; wrong: string[] }> {
  return looked(name, async (ctx) => {
    const wrong: string[] = []
    const said = ctx.db.pragma('integrity_check', { simple: true })
    if (said !== 'ok') wrong.push(`integrity_check: ${String(said)}`)
    const { content } = await stateOf(ctx)
    if (content !== before && content !== after) wrong.push('shows half of it')
    return { shows: content === before ? 'nothing' : content === after ? 'all' : 'half', wrong }
  })
}
const seconds = (ran: Ran) => `${(ran.ms / 1000).toFixed(1)} s`
/** How long each phase of an undisturbed run lasts. */
const phasesOf = ({ phases, ms }: Ran) =>
  phases.map(({ phase, at }, i) => `${phase} ${((phases[i + 1]?.at ?? ms) - at).toFixed(0)} ms`).join(', ')
const tally = (hits: string[]) =>
  [...new Set(hits)].map((phase) => `${hits.filter((p) => p === phase).length} ${phase}`).join(', ')

async function killImports(): Promise<void> {
  const before = await looked('base', stateOf)
  copy('base', 'whole')
  const whole = await shoal(['import', 'whole', 'export'])
  const expected = await looked('whole', stateOf)
  const draw = momentsOf(whole, random)
  const rows = (whole.json!['rowsIn'] as number).toLocaleString('en-US')
  console.log(
    `import of ${rows} rows of ${(whole.json!['sources'] as unknown[]).length} files, undisturbed ${seconds(whole)}; ${kills} kills, seed ${seed}\n  phases: ${phasesOf(whole)}`,
  )
  line({ number: 'kill', told: 'moment', killedIn: 'last heard', shows: 'shows', more: 'stored, adopted, again' }, 'result') // prettier-ignore
  const hits: string[] = []
  const count = { missed: 0, nothing: 0, again: 0 }
  for (let round = 1; round <= kills; round++) {
    const name = 'killed'
    const found = await hit(['import', name, 'export'], ['base', name], () => draw(round))
    if (!found) throw new Error('Every moment fell behind the end of the import.')
    const { ran, moment } = found
    count.missed += found.missed
    hits.push(lastHeard(ran))
    const { shows, wrong } = await shown(name, before.content, expected.content)
    if (shows === 'nothing') count.nothing++
    const { stored, waits } = await looked(name, async ({ db }) => ({
      stored: storedFiles(db),
      waits: db.prepare(`SELECT 1 FROM job WHERE kind = 'import' AND status = 'running'`).get() !== undefined,
    }))
    const goOn = (resume: boolean) => ['import', name, resume ? '--resume' : 'export']
    let adopted: unknown = '-'
    let again = ''
    const restore = blank(stored)
    try {
      let resume = waits
      if (round % 5 === 0) {
        copy(name, 'once')
        const second = await hit(goOn(resume), ['once', name], () => draw(2), 8)
        again = second ? lastHeard(second.ran) : 'none hit'
        if (second) count.again++
        else copy('once', name)
        const status = await looked(name, async ({ db }) =>
          db.prepare(`SELECT status FROM job WHERE kind = 'import' ORDER BY id DESC LIMIT 1`).pluck().get(),
        )
        resume = status === 'running' || status === 'interrupted'
      }
      adopted = (await shoal(goOn(resume))).json!['adopted']
      if (again === '' && adopted !== stored.length)
        wrong.push(`${String(adopted)} of ${stored.length} stored files adopted`)
    } catch (error) {
      wrong.push(`does not go on: ${String(error)}`)
    } finally {
      restore()
    }
    wrong.push(...(await compared(name, expected)))
    const more = `${stored.length}, ${String(adopted)}${again && `, ${again}`}`
    end({ number: String(round), told: tell(moment), killedIn: lastHeard(ran), shows, more }, wrong)
    remove(name)
  }
  console.log(
    `${hits.length} imports killed (${count.nothing} before publishing; ${count.again} once more while going on): ${tally(hits)}. ` +
      `${count.missed} moments fell behind the end and were drawn anew.`,
  )
}

/** A mapping of the export's events: by one all their times are wrong, by the other none. */
function eventsMapping(file: string, format: string): string {
  const path = join(ground.dir, file)
  const column = (name: string) => ({ column: name })
  writeFileSync(
    path,
    JSON.stringify({
      shoalMapping: 1,
      name: file,
      tables: [
        {
          match: { file: 'events.csv' },
          outputs: [
            {
              to: 'events',
              cells: {
                account_id: column('account_id'),
                ts: { column: 'ts', time: { format, zone: 'UTC' } },
                kind: column('kind'),
                ip: column('ip'),
                device: column('device'),
              },
              attributes: 'rest',
            },
          ],
        },
      ],
    }),
  )
  return path
}

async function killRetries(times: number): Promise<void> {
  copy('base', 'rejected')
  await shoal([
    'import',
    'rejected',
    'export/events.csv',
    '--mapping',
    eventsMapping('wrong.json', 'day-first'),
  ])
  const source = await looked('rejected', async ({ db }) =>
    db.prepare('SELECT id FROM source WHERE problems > 0 AND rows_stored = 0').pluck().get(),
  )
  const retry = (name: string) => ['retry', name, '--source', String(source), '--mapping', eventsMapping('right.json', 'auto')] // prettier-ignore
  const before = await looked('rejected', stateOf)
  copy('rejected', 'retried')
  const whole = await shoal(retry('retried'))
  const expected = await looked('retried', stateOf)
  const draw = momentsOf(whole, random)
  console.log(
    `\nretry of ${(whole.json!['rowsIn'] as number).toLocaleString('en-US')} rejected rows, undisturbed ${seconds(whole)}; ${times} kills`,
  )
  const hits: string[] = []
  let missed = 0
  let moved = 0
  for (let round = 1; round <= times; round++) {
    const name = 'killed'
    const found = await hit(retry(name), ['rejected', name], () => draw(round))
    if (!found) throw new Error('Every moment fell behind the end of the retry.')
    missed += found.missed
    hits.push(lastHeard(found.ran))
    const { shows, wrong } = await shown(name, before.content, expected.content)
    if (shows === 'all') moved++
    else
      await shoal(retry(name)).catch((error: unknown) => wrong.push(`can not be repeated: ${String(error)}`))
    // What was moved already can not be read again; opening tidies all the same.
    if (shows === 'all') await shoal(['info', name])
    wrong.push(...(await compared(name, expected)))
    end({ number: `retry ${round}`, told: tell(found.moment), killedIn: lastHeard(found.ran), shows, more: '' }, wrong) // prettier-ignore
    remove(name)
  }
  console.log(
    `${hits.length} retries killed (${moved} behind moving the rows): ${tally(hits)}. ${missed} moments fell behind the end and were drawn anew.`,
  )
}

try {
  await shoal(['simulate', 'first', '--accounts', '400', '--seed', '1'])
  // Enough for indexes to be put aside and made behind the rows.
  await shoal(['simulate', 'export', '--accounts', String(option('accounts', 8000)), '--seed', '2'])
  await shoal(['import', 'base', 'first'])
  await killImports()
  await killRetries(Math.ceil(kills / 5))
  console.log(`${failures.length} failures, ${((performance.now() - began) / 1000).toFixed(0)} s`)
} finally {
  ground.end()
}
if (failures.length > 0) {
  for (const failure of failures) console.error(failure)
  process.exit(1)
}
