import { isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EncodingProbe,
  ENCODINGS,
  encodingOf,
  markOf,
  Transcoder,
  UndecodableBytes,
  type EncodingVerdict,
} from './encoding.ts'

function probe(bytes: Buffer, size = 7, western = false): ReturnType<EncodingProbe['finish']> {
  const p = new EncodingProbe({ western })
  for (let at = 0; at < bytes.length; at += size) p.push(bytes.subarray(at, at + size))
  return p.finish()
}

function transcode(bytes: Buffer, verdict: EncodingVerdict, size = 5): string {
  const t = new Transcoder(verdict)
  const out: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) out.push(t.push(bytes.subarray(at, at + size)))
  return Buffer.concat([...out, t.end()]).toString('utf8')
}

/** Encodes by inverting the decoder, which Node has for these encodings and the encoder not. */
function encodeDouble(text: string, encoding: 'gb18030' | 'big5'): Buffer {
  const decoder = new TextDecoder(encoding)
  const codes = new Map<string, Buffer>()
  for (let lead = 0xa1; lead <= 0xf9; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const bytes = Buffer.from([lead, trail])
      const char = decoder.decode(bytes)
      if (char.length === 1 && !codes.has(char)) codes.set(char, bytes)
    }
  }
  return Buffer.concat([...text].map((c) => (c < '\u0080' ? Buffer.from(c) : codes.get(c)!)))
}

const SIMPLIFIED = 'account_id,text\nu1,这个人骗我的钱，还让我加微信。\nu2,他是卖账号的\n'
const TRADITIONAL = 'account_id,text\nu1,這個人騙我的錢，還讓我加他的帳號。\nu2,他是賣東西的\n'

describe('UTF-8', () => {
  test('is found valid exactly when it is, in any chunks, and the first bad byte is named', () => {
    const bytes = fc.array(
      fc.constantFrom(0x41, 0xc3, 0xa9, 0xe4, 0xbd, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xff),
      {
        maxLength: 24,
      },
    )
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (list, size) => {
        // The ASCII lead keeps byte-order marks and UTF-16 patterns out of this test.
        const buffer = Buffer.from([0x61, 0x62, ...list])
        const verdict = probe(buffer, size)
        if (isUtf8(buffer)) expect(verdict).toEqual({ encoding: 'utf-8', bom: 0, guessed: false })
        else if ('position' in verdict) {
          expect(isUtf8(buffer.subarray(0, verdict.position))).toBe(true)
          // No valid character starts where the bad byte is.
          const next = [1, 2, 3, 4].map((n) => buffer.subarray(verdict.position, verdict.position + n))
          expect(next.some((part) => isUtf8(part))).toBe(false)
          expect(verdict.byte).toBe(buffer[verdict.position])
        } else expect(verdict.guessed).toBe(true)
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  test('names a bad byte far into the file', () => {
    const bytes = Buffer.from(`id,name\n${'u1,Müller\n'.repeat(5_000)}`)
    const at = 40_001
    bytes[at] = 0xff
    expect(probe(bytes, 4096)).toMatchObject({ position: at, byte: 0xff })
  })

  test('loses its byte-order mark', () => {
    const bytes = Buffer.from('\ufeffid\nä\n')
    const verdict = probe(bytes) as EncodingVerdict
    expect(verdict).toEqual({ encoding: 'utf-8', bom: 3, guessed: false })
    expect(transcode(bytes, verdict, 2)).toBe('id\nä\n')
  })
})

describe('UTF-16', () => {
  const text = 'account_id,name\nu1,你好 😀\n'
  const le = Buffer.from(text, 'utf16le')
  const be = Buffer.from(le).swap16()
  test.each([
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), le]), 2, false],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), be]), 2, false],
    ['utf-16le', le, 0, true],
    ['utf-16be', be, 0, true],
  ])('%s, mark of %i bytes', (encoding, bytes, bom, guessed) => {
    const verdict = probe(bytes) as EncodingVerdict
    expect(verdict).toEqual({ encoding, bom, guessed })
    expect(transcode(bytes, verdict, 3)).toBe(text)
  })

  test('with a Chinese header and no mark is told by its separators', () => {
    const chinese = '用户编号,名字\r\n你好,再见\r\n'
    const bytes = Buffer.from(chinese, 'utf16le')
    expect(probe(bytes)).toEqual({ encoding: 'utf-16le', bom: 0, guessed: true })
    expect(probe(Buffer.from(bytes).swap16())).toEqual({ encoding: 'utf-16be', bom: 0, guessed: true })
    expect(transcode(bytes, probe(bytes) as EncodingVerdict, 3)).toBe(chinese)
  })

  test('cut inside a character is told', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), le]).subarray(0, -1)
    expect(() => transcode(bytes, probe(bytes) as EncodingVerdict)).toThrow(UndecodableBytes)
  })
})

describe('Chinese encodings', () => {
  test.each([
    ['gb18030', SIMPLIFIED],
    ['big5', TRADITIONAL],
    ['gb18030', 'account_id,city\nu1,北京\nu2,上海\n'],
    ['big5', 'account_id,city\nu1,臺北\nu2,高雄\n'],
  ] as const)('%s is recognised and read', (encoding, text) => {
    const bytes = encodeDouble(text, encoding)
    const verdict = probe(bytes) as EncodingVerdict
    expect(verdict).toEqual({ encoding, bom: 0, guessed: true })
    for (const size of [1, 2, 3, 64]) expect(transcode(bytes, verdict, size)).toBe(text)
  })

  test('bytes that fit neither are told with their place', () => {
    const bytes = Buffer.concat([encodeDouble(SIMPLIFIED, 'gb18030'), Buffer.from([0xff, 0x0a])])
    const verdict = probe(bytes) as EncodingVerdict
    expect(verdict.encoding).toBe('gb18030')
    try {
      transcode(bytes, verdict, 5)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(UndecodableBytes)
      const { from, to } = error as UndecodableBytes
      expect(bytes.length - 2).toBeGreaterThanOrEqual(from)
      expect(bytes.length - 2).toBeLessThanOrEqual(to)
    }
  })
})

test.each([
  ['Latin-1', Buffer.from('id,name\nu1,Müller\nu2,café, Zoë\n', 'latin1'), 12],
  // «Привет, как дела» in Windows-1251
  ['Windows-1251', Buffer.from('69642c740a312ccff0e8e2e5f22c20eae0ea20e4e5ebe00a', 'hex'), 7],
  // これはにほんごです in EUC-JP, whose bytes alone could be Big5
  ['EUC-JP', Buffer.from('69642c740a312ca4b3a4eca4cfa4cba4dba4f3a4b4a4c7a4b90a', 'hex'), 7],
  // 한국어 사람 in EUC-KR, whose bytes alone could be GBK
  ['EUC-KR', Buffer.from('69642c740a312cc7d1b1b9beee20bbe7b6f70a', 'hex'), 7],
])('%s is refused, not guessed', (name, bytes, position) => {
  expect(probe(bytes)).toMatchObject({ position })
  if (name !== 'Latin-1') expect(probe(bytes, 7, true)).toMatchObject({ position })
})

describe('western texts', () => {
  test.each([
    ['id,name\nu1,Müller\nu2,café, Zoë\n', 'windows-1252'],
    ['id,nom\nu1,Élodie\nu2,François «Paco» Peña – 5 €\n', 'windows-1252'],
    ['id,navn\nu1,Bjørn Åse\nu2,Jørgen Blåbær\n', 'windows-1252'],
    ['id,texto\nu1,não é opinião, são ações\n', 'windows-1252'],
  ])('%s', (text, encoding) => {
    const high = '€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ'
    const bytes = Buffer.from(
      [...text].map((c) => (high.includes(c) && c !== '?' ? 0x80 + high.indexOf(c) : c.charCodeAt(0))),
    )
    const verdict = probe(bytes, 7, true) as EncodingVerdict
    expect(verdict).toEqual({ encoding, bom: 0, guessed: true })
    expect(transcode(bytes, verdict, 3)).toBe(text)
  })
})

describe('told', () => {
  test('labels mean what the standard says', () => {
    expect(
      ['GBK', 'gb2312', 'latin1', 'ascii', 'UTF8', 'cp1251', 'sjis', 'Big5-HKSCS'].map(encodingOf),
    ).toEqual([
      'gb18030',
      'gb18030',
      'windows-1252',
      'windows-1252',
      'utf-8',
      'windows-1251',
      'shift_jis',
      'big5',
    ])
    expect(encodingOf('klingon')).toBe(null)
    for (const name of ENCODINGS) expect(encodingOf(name)).toBe(name)
  })

  test('bytes that do not fit become U+FFFD where that was asked for', () => {
    const t = new Transcoder({ encoding: 'utf-8', bom: 0 }, { lenient: true })
    expect(t.push(Buffer.from([0x61, 0xff, 0xe4])).toString() + t.end().toString()).toBe('a\ufffd\ufffd')
  })

  test('marks are no text', () => {
    expect(markOf('utf-8', Buffer.from('\ufeffa'))).toBe(3)
    expect(markOf('utf-16le', Buffer.from('\ufeffa', 'utf16le'))).toBe(2)
    expect(markOf('windows-1252', Buffer.from('\ufeffa'))).toBe(0)
  })
})
