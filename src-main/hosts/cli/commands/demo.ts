import type { Command } from 'commander'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { verifyPack } from '../../../core/evidence/verify.ts'
import { ROOT, SAMPLE_DIR } from '../../node/paths.ts'
import { EXIT, printJson, say } from '../output.ts'
import { run } from '../run.ts'
import { analyzeOpen, importInto, withCore } from '../session.ts'
import { sayAnalysis } from './analyze.ts'
import { caseFor, packCase } from './pack.ts'

export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('the whole job on the bundled simulated sample: import, analyze, pack, verify')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) => run(options.json, () => demo(options.json ?? false)))
}

async function demo(json: boolean): Promise<number> {
  const dir = join(ROOT, '.shoal-demo')
  rmSync(dir, { recursive: true, force: true })
  return withCore(async (core) => {
    say('The sample is simulated: it shows how Shoal works, not how well it finds real accounts.')
    await core.open(join(dir, 'sample.shoal'), true)
    const imported = await importInto(core, [SAMPLE_DIR])
    say(
      `${String(imported['rowsIn'])} rows in, ${String(imported['rowsStored'])} stored, ${String(imported['problems'])} problems`,
    )
    const analyzed = await analyzeOpen(core, { seed: 1 })
    sayAnalysis(analyzed)
    const made = await caseFor(core, 'Demo', undefined, 3)
    const list = await core.ask('communities.list', { limit: 5, sort: 'flagged' })
    say('Communities to look at first:')
    for (const c of list.rows) {
      say(
        `  C-${c.id + 1}: ${c.size} accounts, ${c.flagged} likely malicious by score, mean ` +
          `${c.meanScore?.toFixed(2) ?? '–'}, ${c.reports} reports, ${c.anomalies} anomalies`,
      )
    }
    const pack = await packCase(core, made.id, dir, false)
    const verified = await verifyPack(String(pack['path']))
    if (json) printJson({ imported, analyzed, communities: list.rows, pack, verified })
    say(`Evidence pack: ${String(pack['path'])}`)
    say(`Open ${join(String(pack['path']), 'data', 'report.html')} to read it.`)
    say(
      verified.ok
        ? `Verified: ${verified.files} files intact.`
        : `Verification found ${verified.problems.length} problems.`,
    )
    return verified.ok ? EXIT.ok : EXIT.problemsFound
  })
}
