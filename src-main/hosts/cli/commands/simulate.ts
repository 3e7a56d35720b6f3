import type { Command } from 'commander'
import { createComputePort } from '../../../core/jobs/compute-port.ts'
import { startNodeCompute } from '../../node/compute.ts'
import { createBar, formatSeconds, printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .argument('<out>', 'folder for the export; its ground truth goes to <out>-truth')
    .description('write a simulated export (deterministic by seed)')
    .requiredOption('--accounts <n>', 'number of accounts, 1,000 and more', integerOption)
    .option('--seed <s>', 'seed of the world', integerOption, 1)
    .option('--setting <name>', 'named world: default, campus-heavy, sparse, noisy-labels, camouflage, burst')
    .option('--json', 'print one JSON document')
    .action((out: string, options: { accounts: number; seed: number; setting?: string; json?: boolean }) =>
      run(options.json, async () => {
        const compute = createComputePort(startNodeCompute)
        const controller = new AbortController()
        const interrupt = () => controller.abort()
        process.on('SIGINT', interrupt)
        const bar = createBar()
        try {
          const made = await compute.call(
            'compute.simulate',
            {
              out,
              accounts: options.accounts,
              seed: options.seed,
              ...(options.setting && { setting: options.setting }),
            },
            { signal: controller.signal, onProgress: (p) => bar.update(p, null, null) },
          )
          bar.stop()
          if (options.json) printJson(made)
          else {
            for (const file of made.files) say(`${file.name}: ${file.rows.toLocaleString('en-US')} rows`)
            say(
              `${made.accounts.toLocaleString('en-US')} simulated accounts in ${out} (${formatSeconds(made.seconds)}); ` +
                `ground truth in ${made.truthFile}`,
            )
          }
        } finally {
          bar.stop()
          process.off('SIGINT', interrupt)
          compute.close()
        }
      }),
    )
}
