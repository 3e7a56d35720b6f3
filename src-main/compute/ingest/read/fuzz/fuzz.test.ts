import { describe, expect, test } from 'vitest'
import { READERS, formatOf, readerOf } from '../formats.ts'
import type { ByteSource } from '../reader.ts'
import { memorySource } from '../testing/read.ts'
import { flips, nastyFiles, sampleFiles, textSamples, truncations, type NastyFile } from './corpus.ts'
import { holdToPromises, type Limits, type Outcome } from './harness.ts'

const MIB = 1024 * 1024
/** Of every sample, in every run of the tests; SHOAL_FUZZ=1000 tries more. */
const FLIPS = Number(process.env.SHOAL_FUZZ ?? 4)
const CUTS = Math.max(6, Math.min(FLIPS, 200))
const SEED = Number(process.env.SHOAL_FUZZ_SEED ?? 0)

/** Small files must not make large work: 80 readings of them, a row a byte, and memory for the largest record. */
function limitsFor(bytes: number): Limits {
  return { bytes: 80 * bytes + MIB, rows: 20 * bytes + 1000, memory: 300 * MIB }
}

async function tryReader(file: NastyFile, format: Parameters<typeof readerOf>[0]): Promise<Outcome> {
  try {
    return await holdToPromises(
      readerOf(format),
      memorySource(file.bytes, file.name),
      limitsFor(file.bytes.length),
    )
  } catch (error) {
    throw new Error(`${format} on ${file.name}`, { cause: error })
  }
}

function formatNamed(file: NastyFile): Parameters<typeof readerOf>[0] {
  const ending = file.name.split(' ')[0].split('.').at(-1)!
  return READERS.find((reader) => reader.endings.includes(ending))!.format
}

describe('nasty files', async () => {
  const files = await nastyFiles()

  test.each(files.map((file) => [file.name, file] as const))('%s', async (_, file) => {
    const outcome = await tryReader(file, formatNamed(file))
    expect(outcome.refused !== null || outcome.tables > 0).toBe(true)
  })

  test('given to every reader there is, and to whoever finds out the format', async () => {
    for (const file of files.filter(({ bytes }) => bytes.length < 20_000)) {
      for (const { format } of READERS) await tryReader(file, format)
      try {
        formatOf(file.name, file.bytes.subarray(0, 65_536))
      } catch (error) {
        expect(error).toMatchObject({ code: 'import_unreadable' })
      }
    }
  })

  test('no record of these is lost', async () => {
    const counted = async (name: string) => {
      const { rows, problems } = await tryReader(
        files.find((file) => file.name === name)!,
        formatNamed({ name, bytes: Buffer.alloc(0) }),
      )
      return [rows, problems]
    }
    expect(await counted('ragged.csv')).toEqual([4, 0])
    expect(await counted('nul.csv')).toEqual([1, 2])
    expect(await counted('formulas.csv')).toEqual([4, 0])
    expect(await counted('surrogates.jsonl')).toEqual([3, 0])
    expect(await counted('not-json.jsonl')).toEqual([2, 6])
    expect(await counted('many-keys.jsonl')).toEqual([300, 0])
    expect(await counted('data.graphml')).toEqual([1, 0])
  })
})

describe('damaged files', () => {
  const samples = [...sampleFiles(), ...textSamples()]

  test.each(samples.map((file) => [file.name, file] as const))(
    '%s: whole, cut off, with bytes turned over',
    async (_, file) => {
      const format = formatNamed(file)
      const whole = await tryReader(file, format)
      expect(whole.refused === null || file.name === 'pyarrow-v1.feather').toBe(true)
      let refused = 0
      let cuts = 0
      for (const cut of truncations(file, CUTS)) {
        const outcome = await tryReader(cut, format)
        cuts++
        if (outcome.refused !== null || outcome.problems > 0 || outcome.rows < whole.rows) refused++
      }
      // A file that is cut off never passes for a whole one.
      expect(refused).toBe(cuts)
      for (const flipped of flips(file, FLIPS, SEED + file.bytes.length)) await tryReader(flipped, format)
    },
  )
})

describe('files larger than memory should be', () => {
  /** `parts` in order, the middle one `times` over, never held together. */
  function repeated(
    head: string,
    middle: string,
    times: number,
    tail: string,
  ): ByteSource & { given: number } {
    const block = Buffer.from(middle.repeat(Math.ceil(256_000 / middle.length)))
    const source = {
      label: 'large',
      bytes: null,
      given: 0,
      async *read() {
        const give = (bytes: Buffer): Buffer => {
          source.given += bytes.length
          return Buffer.from(bytes)
        }
        yield give(Buffer.from(head))
        for (let i = 0; i < times; i++) yield give(block)
        yield give(Buffer.from(tail))
      },
      readAt: async () => Buffer.alloc(0),
      size: async () => 0,
    }
    return source
  }
  const large: Limits = { bytes: 1024 * MIB, rows: 100, memory: 150 * MIB }

  test.each([
    ['csv' as const, 'a,b\n1,2\n', 'x', '\n3,4\n', [2, 1]],
    ['csv' as const, 'a,b\n1,2\n"', 'x', '\n3,4\n', [2, 1]],
    ['json-lines' as const, '{"a":1}\n{"a":"', 'x', '"}\n{"a":2}\n', [2, 1]],
    ['json' as const, '[{"a":1},\n{"a":"', 'x', '"},\n{"a":2}]', [2, 1]],
    ['json' as const, '[{"a":1},\n{"a":[', '[', '\n{"a":2}]', [1, 1]],
  ])('%s with a record of 100 MB: %j', async (format, head, middle, tail, counts) => {
    const outcome = await holdToPromises(readerOf(format), repeated(head, middle, 400, tail), large)
    expect([outcome.rows, outcome.problems]).toEqual(counts)
  })

  test.each([
    ['graphml' as const, '<graphml><graph><node id="', 'x', '"/></graph></graphml>'],
    [
      'graphml' as const,
      '<graphml><graph><node id="a"><data key="k">',
      'x',
      '</data></node></graph></graphml>',
    ],
    ['gexf' as const, '<gexf><!--', 'x', '--><graph/></gexf>'],
    ['gml' as const, 'graph [ node [ id "', 'x', '" ] ]'],
  ])('%s with a token of 18 MB: %s', async (format, head, middle, tail) => {
    const outcome = await holdToPromises(readerOf(format), repeated(head, middle, 70, tail), large)
    expect(outcome.refused !== null || outcome.problems === 1).toBe(true)
  })
})
