import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findChromium, NO_CHROMIUM } from './chromium.ts'

/**
 * `npm test`: unit and property tests (vitest), then the app in real Chromium (Playwright against the node host,
 * and Electron where its binary is). Prints the counts of both together and leaves them in
 * test-results/counts.json for .ci/run.
 */
interface Counts {
  passed: number
  failed: number
  skipped: number
  /** Why each was skipped. */
  reasons: string[]
  /** Browser tests that passed only when they were tried again. */
  unsteady?: string[]
}

const root = resolve(import.meta.dirname, '..')
const results = join(root, 'test-results')
const CONFIG = 'tests/e2e/playwright.config.ts'
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

function node(args: string[], env: Record<string, string> = {}): number {
  const done = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return done.status ?? 1
}

/** A runner that dies before it reports counts as one failure. */
function read<T>(file: string, count: (report: T) => Counts): Counts {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')) as T)
  } catch {
    return { passed: 0, failed: 1, skipped: 0, reasons: [`no report in ${file}`] }
  }
}

function unit(): Counts {
  const file = join(results, 'vitest.json')
  const status = node([
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ])
  const counts = read<{
    numPassedTests: number
    numFailedTests: number
    numPendingTests: number
    numTodoTests: number
    testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[]
  }>(file, (r) => ({
    passed: r.numPassedTests,
    // A file that cannot even be loaded has no tests, but it has failed.
    failed:
      r.numFailedTests +
      r.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length,
    skipped: r.numPendingTests + r.numTodoTests,
    reasons: r.testResults.flatMap((f) =>
      f.assertionResults
        .filter((t) => t.status === 'pending' || t.status === 'skipped')
        .map((t) => t.fullName),
    ),
  }))
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

interface Suite {
  suites?: Suite[]
  specs?: {
    title: string
    tests: { status: string; annotations: { type: string; description?: string }[] }[]
  }[]
}

/** Specs that drive no browser; the others are skipped, by number and reason, where no Chromium can be had. */
const WITHOUT_BROWSER = ['cli', 'electron']

function countSpecs(filters: string[]): number {
  const listed = spawnSync(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', '--list', '--config', CONFIG, ...filters],
    { cwd: root, encoding: 'utf8', env: { ...process.env, SHOAL_CHROMIUM: NO_CHROMIUM } },
  )
  return Number(/Total: (\d+) test/.exec(listed.stdout)?.[1] ?? 0)
}

function endToEnd(chromium: string | null): Counts {
  const file = join(results, 'playwright.json')
  const status = node(
    [
      'node_modules/@playwright/test/cli.js',
      'test',
      '--config',
      CONFIG,
      ...(chromium ? [] : WITHOUT_BROWSER),
    ],
    { SHOAL_CHROMIUM: chromium ?? NO_CHROMIUM, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  )
  const counts = read<Suite & { errors?: unknown[] }>(file, (report) => {
    const all: Counts = {
      passed: 0,
      failed: report.errors?.length ?? 0,
      skipped: 0,
      reasons: [],
      unsteady: [],
    }
    const walk = (suite: Suite) => {
      for (const spec of suite.specs ?? []) {
        for (const test of spec.tests) {
          if (test.status === 'skipped') {
            all.skipped++
            const why = test.annotations.find((a) => a.type === 'skip')?.description ?? 'no reason given'
            all.reasons.push(`${spec.title}: ${why}`)
          } else if (test.status === 'unexpected') all.failed++
          else {
            all.passed++
            if (test.status === 'flaky') all.unsteady!.push(spec.title)
          }
        }
      }
      for (const inner of suite.suites ?? []) walk(inner)
    }
    walk(report)
    return all
  })
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  if (!chromium) {
    const missing = countSpecs([]) - countSpecs(WITHOUT_BROWSER)
    counts.skipped += missing
    counts.reasons.push(
      `${missing} browser tests: no Chromium here, and none could be downloaded or installed`,
    )
  }
  return counts
}

const parts: Counts[] = [unit()]
const build = node([
  'node_modules/vite/bin/vite.js',
  'build',
  '--config',
  'build/vite.renderer.config.ts',
  '--logLevel',
  'error',
])
if (build !== 0)
  parts.push({ passed: 0, failed: 1, skipped: 0, reasons: ['the renderer could not be built'] })
else parts.push(endToEnd(findChromium()))

const total = { passed: 0, failed: 0, skipped: 0, reasons: [] as string[], unsteady: [] as string[] }
for (const part of parts) {
  total.passed += part.passed
  total.failed += part.failed
  total.skipped += part.skipped
  total.reasons.push(...part.reasons)
  total.unsteady.push(...(part.unsteady ?? []))
}
writeFileSync(join(results, 'counts.json'), JSON.stringify(total, null, 2))
for (const reason of total.reasons) process.stdout.write(`skipped or not run: ${reason}\n`)
for (const title of total.unsteady) process.stdout.write(`passed only when tried again: ${title}\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0)
