import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'

/**
 * Encodings that import reads, by their names in the WHATWG Encoding Standard. GB18030 contains GBK and GB2312;
 * windows-1252 is what Latin-1 is read as, here as everywhere. The first six are found out, the others must be said.
 */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'big5',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-15',
  'koi8-r',
  'koi8-u',
  'macintosh',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'euc-kr',
] as const
export type Encoding = (typeof ENCODINGS)[number]

/** The encoding that a label of the WHATWG standard means ('latin1', 'GBK', 'cp1251'); null for one that is not read. */
export function encodingOf(label: string): Encoding | null {
  let name: string
  try {
    name = new TextDecoder(label.trim()).encoding
  } catch {
    return null
  }
  if (name === 'gbk') name = 'gb18030'
  if (name === 'iso-8859-1' || name === 'latin1') name = 'windows-1252'
  return (ENCODINGS as readonly string[]).includes(name) ? (name as Encoding) : null
}

export interface EncodingVerdict {
  encoding: Encoding
  /** Bytes of the byte-order mark, which is no part of the text. */
  bom: number
  /** True where the encoding was concluded from the bytes, not stated by a mark and not plain UTF-8. */
  guessed: boolean
}

export interface EncodingFailure {
  /** Offset of the first byte that is not valid UTF-8. */
  position: number
  byte: number
}

const SAMPLE_BYTES = 1024 * 1024
const PATTERN_BYTES = 4096

/**
 * Decides a file's encoding from all of its bytes, chunk by chunk: a byte-order mark is believed, else UTF-8 if
 * the whole file is valid UTF-8, else GB18030 or Big5 if a sample of the bytes clearly looks like one of them, and
 * with `western` windows-1252 where the sample looks like a language written in Latin letters.
 */
export class EncodingProbe {
  private readonly western: boolean
  private seen = 0
  /** In the first bytes: pairs that are an ASCII character in UTF-16, little and big endian. */
  private readonly start: Buffer = Buffer.alloc(PATTERN_BYTES)
  private started = 0
  private readonly head: number[] = []
  private carry: Buffer = Buffer.alloc(0)
  private failure: EncodingFailure | null = null
  private readonly sample: Buffer[] = []
  private sampled = 0

  constructor(options: { western?: boolean } = {}) {
    this.western = options.western ?? false
  }

  push(chunk: Buffer): void {
    for (let i = 0; this.head.length < 4 && i < chunk.length; i++) this.head.push(chunk[i])
    if (this.started < PATTERN_BYTES) {
      this.started += chunk.copy(this.start, this.started, 0, PATTERN_BYTES - this.started)
    }
    if (this.sampled < SAMPLE_BYTES && !isAscii(chunk)) {
      const part = Buffer.from(chunk.subarray(0, SAMPLE_BYTES - this.sampled))
      this.sample.push(part)
      this.sampled += part.length
    }
    if (this.failure === null) this.validate(chunk)
    this.seen += chunk.length
  }

  /** The verdict, or where UTF-8 broke in a file that is none of the encodings. Call after the last chunk. */
  finish(): EncodingVerdict | EncodingFailure {
    const [a, b, c, d] = this.head
    if (a === 0xff && b === 0xfe && !(c === 0 && d === 0)) {
      return { encoding: 'utf-16le', bom: 2, guessed: false }
    }
    if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bom: 2, guessed: false }
    // No table's header starts with NUL, so the pattern of ASCII in UTF-16 tells the byte order.
    if (a > 0 && b === 0 && c > 0 && d === 0) return { encoding: 'utf-16le', bom: 0, guessed: true }
    if (a === 0 && b > 0 && c === 0 && d > 0) return { encoding: 'utf-16be', bom: 0, guessed: true }
    const wide = guessWide(this.start.subarray(0, this.started))
    if (wide !== null) return { encoding: wide, bom: 0, guessed: true }
    if (this.failure === null && this.carry.length > 0) {
      this.failure = { position: this.seen - this.carry.length, byte: this.carry[0] }
    }
    if (this.failure === null) {
      const bom = a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0
      return { encoding: 'utf-8', bom, guessed: false }
    }
    const sample = Buffer.concat(this.sample)
    const encoding =
      guessChinese(sample) ?? (this.western && looksWestern(sample) ? ('windows-1252' as const) : null)
    return encoding === null ? this.failure : { encoding, bom: 0, guessed: true }
  }

  private validate(chunk: Buffer): void {
    const bytes = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk
    const base = this.seen - this.carry.length
    const cut = bytes.length - unfinished(bytes)
    if (!isUtf8(bytes.subarray(0, cut))) {
      const at = firstInvalid(bytes.subarray(0, cut))
      this.failure = { position: base + at, byte: bytes[at] }
      this.carry = Buffer.alloc(0)
    } else {
      this.carry = Buffer.from(bytes.subarray(cut))
    }
  }
}

/** How many bytes at the end start a UTF-8 sequence that the next chunk may finish (0 to 3). */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? back : 0
    }
  }
  return 0
}

/** Offset of the first invalid sequence in bytes that are known to hold one. */
function firstInvalid(bytes: Buffer): number {
  // Validity of a prefix is monotonic once unfinished ends are set aside: search by halves.
  let low = 0
  let high = bytes.length
  // Halves longer than a sequence, so that every step moves an end.
  while (high - low > 16) {
    const middle = (low + high) >> 1
    const part = bytes.subarray(low, middle)
    const open = unfinished(part)
    if (isUtf8(part.subarray(0, part.length - open))) low = middle - open
    else high = middle
  }
  for (let at = low; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue
    const length = bytes[at] >= 0xf0 ? 4 : bytes[at] >= 0xe0 ? 3 : 2
    if (!isUtf8(bytes.subarray(at, at + length))) return at
    at += length - 1
  }
  return low
}

// The most frequent characters of each script, to tell text from an accident of bytes where byte ranges can't.
const COMMON = {
  gb18030:
    '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运京广州深圳微付款骗钱转账账号诈加群骂',
  big5: '的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運京廣州臺灣台付款騙錢轉帳號詐罵',
} as const

/**
 * UTF-16 without a byte-order mark whose first characters are not ASCII: separators and line breaks still are, and put
 * their NULs on one side of the pairs only.
 */
function guessWide(start: Buffer): 'utf-16le' | 'utf-16be' | null {
  let little = 0
  let big = 0
  let breaks = 0
  let stray = 0
  const pairs = start.length >> 1
  for (let i = 0; i + 1 < start.length; i += 2) {
    if (start[i + 1] === 0 && isText(start[i])) little++
    else if (start[i] === 0 && isText(start[i + 1])) big++
    const first = start[i] === 0x0a
    if (!first && start[i + 1] !== 0x0a) continue
    if (start[first ? i + 1 : i] === 0) breaks++
    else stray++
  }
  // A line break with another character in its pair is one of ASCII: a text with stray NULs in it.
  if (stray > breaks) return null
  const enough = Math.max(2, pairs * 0.05)
  if (little >= enough && big === 0) return 'utf-16le'
  if (big >= enough && little === 0) return 'utf-16be'
  return null
}

function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** 0x80 to 0x9f of windows-1252; '?' where it has nothing. */
const CP1252_HIGH = '€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ'

/** Letters with marks, quotes, dashes and signs that texts of Western Europe use, in windows-1252. */
const WESTERN = new Set([
  ...'€‚„…‰Š‹ŒŽ‘’“”•–—™š›œžŸ'.split('').map((c) => CP1252_HIGH.indexOf(c) + 0x80),
  ...Buffer.from('\u00a0¡£§©ª«®°²³´·º»¼½¿ÀÁÂÃÄÅÆÇÈÉÊËÍÎÏÑÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûü', 'latin1'),
])

/**
 * Whether bytes that are not UTF-8 look like windows-1252: high bytes stand alone among ASCII letters, as é does, and
 * are nearly all in use there. Cyrillic, Greek, Thai and double bytes come in runs.
 */
function looksWestern(sample: Buffer): boolean {
  let high = 0
  let known = 0
  let inRun = 0
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i]
    if (byte < 0x80) continue
    high++
    if (WESTERN.has(byte)) known++
    // A letter beside a letter; quotes and dashes may stand beside one.
    if (byte >= 0xc0 && i > 0 && sample[i - 1] >= 0xc0) inRun++
  }
  return high > 0 && known >= high * 0.95 && inRun <= high * 0.2
}

/** GB18030, Big5 or null for bytes that are not UTF-8. */
function guessChinese(sample: Buffer): 'gb18030' | 'big5' | null {
  const gb = plausible(sample, 0xb0, 0xd7, 0xa1)
  const big5 = plausible(sample, 0xa4, 0xc6, 0x40)
  if (Math.max(gb, big5) < 0.8 || kanaShare(sample) > 0.5) return null
  const gbCommon = commonShare(sample, 'gb18030')
  const big5Common = commonShare(sample, 'big5')
  if (gb >= 0.8 && gbCommon >= 0.15 && gbCommon > 2 * big5Common) return 'gb18030'
  if (big5 >= 0.8 && big5Common >= 0.15 && big5Common > 2 * gbCommon) return 'big5'
  return null
}

/**
 * Share of the non-ASCII units that are punctuation or a character of the standard's frequent level, whose lead
 * bytes are [low, high] (GB2312 level 1; Big5 level 1).
 */
function plausible(bytes: Buffer, low: number, high: number, trailLow: number): number {
  let total = 0
  let good = 0
  for (let i = 0; i < bytes.length; i++) {
    const lead = bytes[i]
    if (lead < 0x80) continue
    total++
    const trail = bytes[i + 1]
    if (trail === undefined) break
    const trailFits = (trail >= trailLow && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe)
    if (!trailFits) continue
    i++
    if ((lead >= 0xa1 && lead <= 0xa3) || (lead >= low && lead <= high)) good++
  }
  return total === 0 ? 0 : good / total
}

/** Share of the double bytes that are kana in EUC-JP, which byte ranges alone would take for Big5. */
function kanaShare(bytes: Buffer): number {
  let total = 0
  let kana = 0
  for (let i = 0; i + 1 < bytes.length; i++) {
    if (bytes[i] < 0x80) continue
    total++
    if ((bytes[i] === 0xa4 || bytes[i] === 0xa5) && bytes[i + 1] >= 0xa1) kana++
    i++
  }
  return total === 0 ? 0 : kana / total
}

/** Share of the non-ASCII characters, decoded so, that are among the language's most frequent ones. */
function commonShare(bytes: Buffer, encoding: 'gb18030' | 'big5'): number {
  const common = new Set<string>(COMMON[encoding])
  let total = 0
  let hits = 0
  for (const char of new TextDecoder(encoding).decode(bytes)) {
    if (char < '\u0080' || (char >= '\u3000' && char <= '\u303f') || char >= '\uff00') continue
    total++
    if (common.has(char)) hits++
  }
  return total === 0 ? 0 : hits / total
}

/** Turns a file's bytes, given in order, into UTF-8 without its byte-order mark. */
export class Transcoder {
  /** File bytes taken so far. */
  private seen = 0
  private skip: number
  private readonly decoder: TextDecoder | null

  /** `lenient`: bytes that do not fit become U+FFFD. */
  constructor(verdict: Pick<EncodingVerdict, 'encoding' | 'bom'>, options: { lenient?: boolean } = {}) {
    const lenient = options.lenient ?? false
    this.skip = verdict.bom
    this.decoder =
      verdict.encoding === 'utf-8' && !lenient
        ? null
        : new TextDecoder(verdict.encoding, { fatal: !lenient, ignoreBOM: true })
  }

  /** Throws UndecodableBytes where the bytes don't fit the encoding. */
  push(chunk: Buffer): Buffer {
    const start = Math.min(this.skip, chunk.length)
    this.skip -= start
    const body = chunk.subarray(start)
    const base = this.seen
    this.seen += chunk.length
    if (this.decoder === null) return body
    try {
      return Buffer.from(this.decoder.decode(body, { stream: true }), 'utf8')
    } catch {
      throw new UndecodableBytes(base, this.seen)
    }
  }

  /** Throws UndecodableBytes if the file stops inside a character. */
  end(): Buffer {
    if (this.decoder === null) return Buffer.alloc(0)
    try {
      return Buffer.from(this.decoder.decode(), 'utf8')
    } catch {
      throw new UndecodableBytes(this.seen, this.seen)
    }
  }
}

/** Bytes of the byte-order mark that a file in this encoding begins with; 0 for none. */
export function markOf(encoding: Encoding, head: Uint8Array): number {
  const [a, b, c] = head
  if (encoding === 'utf-8') return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0
  if (encoding === 'utf-16le') return a === 0xff && b === 0xfe ? 2 : 0
  if (encoding === 'utf-16be') return a === 0xfe && b === 0xff ? 2 : 0
  // U+FEFF in GB18030.
  if (encoding === 'gb18030') return a === 0x84 && b === 0x31 && c === 0x95 && head[3] === 0x33 ? 4 : 0
  return 0
}

/** The first undecodable byte lies in [from, to] of the file. */
export class UndecodableBytes extends Error {
  readonly from: number
  readonly to: number
  constructor(from: number, to: number) {
    super(`undecodable between ${from} and ${to}`)
    this.from = from
    this.to = to
  }
}
