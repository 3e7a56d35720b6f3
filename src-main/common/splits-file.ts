import { ShoalError } from './errors.ts'

/** Splits as a protocol wants them: accounts by key. */
export interface NamedSplit {
  name: string
  train: string[]
  test: string[]
}

const VALUES = ['train', 'val', 'test']
/** Words that other tools use for the same. */
const SYNONYMS: Record<string, string> = { valid: 'val', validation: 'val', dev: 'val', training: 'train' }

/**
 * Reads a splits file: CSV with a column account_id and one column per split that says train, val or test of each
 * account (empty: in none of them). val is neither trained on nor tested with. Throws invalid_input that names the
 * file, row (the header is row 0) and column.
 */
export function parseSplits(text: string, file: string): NamedSplit[] {
  const bad = (message: string): ShoalError => new ShoalError('invalid_input', `${file}: ${message}`)
  let header: string[] | null = null
  let key = -1
  let row = 0
  const splits: NamedSplit[] = []
  const columns: number[] = []
  const seen = new Set<string>()
  for (const fields of records(text.startsWith('\ufeff') ? text.slice(1) : text, bad)) {
    if (header === null) {
      header = fields.map((name) => name.trim())
      key = header.indexOf('account_id')
      if (key < 0)
        throw bad(
          `row 0 has no column account_id, but ${header.join(', ') || 'nothing'}. Add it with the accounts' keys.`,
        )
      for (const [c, name] of header.entries()) {
        if (c === key) continue
        columns.push(c)
        splits.push({ name, train: [], test: [] })
      }
      if (splits.length === 0)
        throw bad(
          'row 0 has no column beside account_id. Add one per split, with train, val or test for each account.',
        )
      continue
    }
    row++
    if (fields.length !== header.length)
      throw bad(`row ${row} has ${fields.length} fields, but the header has ${header.length}.`)
    const account = fields[key].trim()
    if (account === '') throw bad(`row ${row}, column account_id is empty.`)
    if (seen.has(account)) throw bad(`row ${row}, column account_id: ${account} is there a second time.`)
    seen.add(account)
    for (const [k, c] of columns.entries()) {
      const said = fields[c].trim().toLowerCase()
      const value = SYNONYMS[said] ?? said
      if (value === 'train') splits[k].train.push(account)
      else if (value === 'test') splits[k].test.push(account)
      else if (value !== '' && !VALUES.includes(value))
        throw bad(`row ${row}, column ${header[c]} is "${fields[c]}"; it must be train, val or test.`)
    }
  }
  if (row === 0) throw bad('there are no rows in it.')
  for (const { name, train, test } of splits) {
    for (const [side, keys] of [
      ['train', train],
      ['test', test],
    ] as const)
      if (keys.length === 0) throw bad(`column ${name} marks no account as ${side}.`)
  }
  return splits
}

/** Records of RFC 4180 text; LF, CRLF and CR end one, empty lines are skipped. */
function* records(text: string, bad: (message: string) => ShoalError): Generator<string[]> {
  let fields: string[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    let value: string
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1)
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
      if (end < 0) throw bad(`the quote of line ${line} never ends.`)
      value = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
      if (at < text.length && !',\r\n'.includes(text[at]))
        throw bad(`line ${line} goes on behind a closing quote.`)
    } else {
      const end = nextBreak(text, at)
      value = text.slice(at, end)
      at = end
    }
    fields.push(value)
    if (text[at] === ',') {
      at++
      if (at === text.length || text[at] === '\n' || text[at] === '\r') fields.push('')
      else continue
    }
    if (fields.length > 1 || fields[0] !== '') yield fields
    fields = []
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1
    line++
  }
}

function nextBreak(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x2c || code === 0x0a || code === 0x0d) return at
  }
  return at
}
