import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPace, freePace } from '../../common/pace.ts'
import { EXPORT_FILES, TRUTH_FILES } from './output.ts'
import { simulate } from './simulate.ts'
import { hashes, readTable } from './testing/read.ts'

const root = mkdtempSync(join(tmpdir(), 'shoal-simulate-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const repo = join(import.meta.dirname, '../../..')

describe('determinism', () => {
  beforeAll(async () => {
    await simulate({ out: join(root, 'a'), accounts: 700, seed: 5 }, freePace())
    await simulate({ out: join(root, 'b'), accounts: 700, seed: 5 }, freePace())
    await simulate({ out: join(root, 'c'), accounts: 700, seed: 6 }, freePace())
  })

  it('gives the same bytes for the same seed, whatever the folder is called', () => {
    expect(hashes(join(root, 'b'))).toEqual(hashes(join(root, 'a')))
  })

  it('gives other bytes for another seed, in every file', () => {
    const a = hashes(join(root, 'a'))
    const c = hashes(join(root, 'c'))
    for (const name of Object.keys(a)) expect(c[name], name).not.toBe(a[name])
  })

  it('makes exactly the sample that is shipped, on every machine', async () => {
    const out = join(root, 'sample')
    const options = { out, accounts: 6000, seed: 7, eventsPerAccount: 3, relationsPerAccount: 3.2 }
    const result = await simulate(options, freePace())
    expect(hashes(out)).toEqual(hashes(join(repo, 'resources/sample')))
    expect(readdirSync(join(repo, 'resources/sample')).sort()).toEqual([...EXPORT_FILES].sort())
    const bytes = result.files.reduce((sum, file) => sum + file.bytes, 0)
    expect(bytes).toBeLessThan(4_000_000)
    for (const file of result.files) {
      expect(readFileSync(join(out, file.name)).length, file.name).toBe(file.bytes)
      expect(readTable(out, file.name).length, file.name).toBe(file.rows)
    }
  })
})

describe('the folder', () => {
  it('is left as it was when a run is cancelled in the middle', async () => {
    const out = join(root, 'cancelled')
    const abort = new AbortController()
    const phases = new Set<string>()
    const pace = createPace(
      abort.signal,
      (progress) => {
        phases.add(progress.phase)
        // Late enough that parts have been written.
        if (progress.phase === 'simulate.write' && progress.done > 3000) {
          expect(readdirSync(out).length).toBeGreaterThan(0)
          abort.abort()
        }
      },
      () => 0,
    )
    await expect(simulate({ out, accounts: 6000, seed: 1 }, pace)).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect([...phases]).toEqual(['simulate.plan', 'simulate.relations', 'simulate.write'])
    expect(existsSync(out)).toBe(false)
    expect(existsSync(`${out}-truth`)).toBe(false)
  })

  it('keeps an earlier simulation when the next one is cancelled, and replaces it when that ends', async () => {
    const out = join(root, 'twice')
    await simulate({ out, accounts: 300, seed: 1 }, freePace())
    const before = hashes(out)
    const abort = new AbortController()
    const pace = createPace(abort.signal, (progress) => progress.phase === 'simulate.write' && abort.abort())
    await expect(simulate({ out, accounts: 300, seed: 2 }, pace)).rejects.toMatchObject({ code: 'cancelled' })
    expect(hashes(out)).toEqual(before)
    expect(readdirSync(out).filter((name) => name.endsWith('.part'))).toEqual([])
    await simulate({ out, accounts: 300, seed: 2 }, freePace())
    expect(hashes(out)['/accounts.csv']).not.toBe(before['/accounts.csv'])
    expect(readdirSync(out).sort()).toEqual([...EXPORT_FILES].sort())
    expect(readdirSync(`${out}-truth`).sort()).toEqual([...TRUTH_FILES].sort())
  })

  it('takes over the parts that a killed run left', async () => {
    const out = join(root, 'killed')
    mkdirSync(out)
    writeFileSync(join(out, 'events.csv.part'), 'account_id')
    await simulate({ out, accounts: 200, seed: 1 }, freePace())
    expect(readdirSync(out).sort()).toEqual([...EXPORT_FILES].sort())
  })

  it("is refused where it holds somebody's files", async () => {
    const out = join(root, 'mine')
    mkdirSync(out)
    writeFileSync(join(out, 'notes.txt'), 'keep')
    await expect(simulate({ out, accounts: 200, seed: 1 }, freePace())).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('notes.txt'),
    })
    expect(readdirSync(out)).toEqual(['notes.txt'])
    expect(existsSync(`${out}-truth`)).toBe(false)
  })

  it('is refused where it holds a real export: the names are the same, the truth is missing', async () => {
    const out = join(root, 'real')
    mkdirSync(out)
    writeFileSync(join(out, 'accounts.csv'), 'account_id\n1\n')
    await expect(simulate({ out, accounts: 200, seed: 1 }, freePace())).rejects.toMatchObject({
      code: 'invalid_input',
    })
    expect(readFileSync(join(out, 'accounts.csv'), 'utf8')).toBe('account_id\n1\n')
  })

  it('is refused where it is a file', async () => {
    const out = join(root, 'file')
    writeFileSync(out, '')
    await expect(simulate({ out, accounts: 200, seed: 1 }, freePace())).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('is a file'),
    })
  })
})

describe('options', () => {
  const out = join(root, 'never')
  it.each([
    [{ out, accounts: 5, seed: 1 }, 'accounts'],
    [{ out, accounts: 1000, seed: -1 }, 'seed'],
    [{ out, accounts: 1000, seed: 1, setting: 'mars' as never }, 'setting'],
    [{ out: '', accounts: 1000, seed: 1 }, 'out'],
  ])('names the one that is wrong: %j', async (options, name) => {
    await expect(simulate(options, freePace())).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(name),
      details: { option: name },
    })
    expect(existsSync(out)).toBe(false)
  })
})
