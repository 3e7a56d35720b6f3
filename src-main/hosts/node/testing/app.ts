import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppInput, AppOutput, MethodName } from '../../../common/contract/index.ts'
import type { Job } from '../../../common/contract/jobs.ts'
import { createRpcClient } from '../../../common/rpc/client.ts'
import { memoryTransports } from '../../../common/rpc/memory.ts'
import { createCore, type Core } from '../../../core/app.ts'
import { forkCompute } from '../fork-compute.ts'
import { APP_VERSION, MODELS_DIR, nodeHostInfo, SAMPLE_DIR } from '../paths.ts'

/** The whole application below its hosts, with a real compute process, as the renderer sees it. */
export interface TestApp {
  /** A temporary folder, gone after `close`. */
  readonly dir: string
  readonly core: Core
  /** Processes of compute, newest last. */
  readonly pids: number[]
  call<N extends MethodName>(name: N, input: AppInput<N>): Promise<AppOutput<N>>
  ended(job: Job): Promise<Job>
  /** Another application on the same folder. */
  makeCore(): Core
  /** A small export: rings that share devices, reports, a label. */
  writeExport(rows?: number): string
  close(): Promise<void>
}

export function testApp(): TestApp {
  const dir = mkdtempSync(join(tmpdir(), 'shoal-app-'))
  const pids: number[] = []
  const makeCore = (): Core =>
    createCore({
      host: { ...nodeHostInfo(), documentsDir: dir, actor: 'tester' },
      pick: null,
      startCompute() {
        const transport = forkCompute({
          modelsDir: MODELS_DIR,
          appVersion: APP_VERSION,
          providersFile: join(dir, 'user/providers.json'),
        })
        pids.push(transport.pid)
        return transport
      },
      modelsDir: MODELS_DIR,
      sampleDir: SAMPLE_DIR,
      userDir: join(dir, 'user'),
    })
  const core = makeCore()
  const [mine, theirs] = memoryTransports()
  core.serve(theirs)
  const client = createRpcClient(mine)
  return {
    dir,
    core,
    pids,
    makeCore,
    call: (name, input) => client.call(name, input) as never,
    ended: (job) => core.session()!.jobs.ended(job.id),
    writeExport: (rows = 40) => writeExport(dir, rows),
    async close() {
      await core.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function writeExport(dir: string, rows: number): string {
  const folder = join(dir, 'export')
  mkdirSync(folder, { recursive: true })
  const lines = (head: string, make: (i: number) => string) =>
    [head, ...Array.from({ length: rows }, (_, i) => make(i))].join('\n')
  const time = (i: number) => `2026-03-0${1 + (i % 7)}T0${i % 9}:15:00+08:00`
  writeFileSync(
    join(folder, 'accounts.csv'),
    lines('account_id,registered_at,nickname', (i) => `a${i},${time(i)},"name ${i}"`),
  )
  writeFileSync(
    join(folder, 'links.csv'),
    lines('account_id,entity_type,entity_id', (i) => `a${i},device,D${i % 4}`),
  )
  writeFileSync(
    join(folder, 'relations.csv'),
    lines('src,dst,type', (i) => `a${i},a${(i + 4) % rows},friend`),
  )
  writeFileSync(
    join(folder, 'events.csv'),
    lines(
      'account_id,ts,kind,ip,device,outcome',
      (i) => `a${i},${time(i)},login,10.0.0.${i % 5},D${i % 4},${i % 3 ? 'ok' : 'failure'}`,
    ),
  )
  writeFileSync(
    join(folder, 'reports.csv'),
    [
      'report_id,account_id,reporter_id,ts,lang,category,text',
      `r1,a0,a1,${time(1)},zh,scam,加我微信，日结三百，先垫付佣金秒返`,
      `r2,a4,a2,${time(2)},en,spam,"He asked me to pay a deposit first, then blocked me"`,
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'labels.csv'),
    'account_id,label,source,ts\na0,malicious,manual_review,2026-03-09\n',
  )
  return folder
}
