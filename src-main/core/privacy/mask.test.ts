import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idOfPseudonym, pseudonym, scramble, unscramble } from '../../common/pseudonym.ts'
import { migrations } from '../db/migrations/index.ts'
import { createMask } from './mask.ts'
import { isPersonal } from './words.ts'

const KEYS = ['u10000007', 'alice_0001', '林小雨007', '42', 'bob']
const ENTITIES = [
  { type: 'device', key: 'd0007d9ec' },
  { type: 'ip', key: '100.100.150.117' },
  { type: 'invite_code', key: '001Q6CO' },
]
function workspace(salt = 7) {
  const db = new Sqlite(':memory:')
  for (const { sql } of migrations) db.exec(sql)
  db.exec(`INSERT INTO source (id, path, table_name, status, imported_at) VALUES (1, 'x', 'accounts', 'ready', 0);
    INSERT INTO term (id, domain, value) VALUES (1, 'entity_type', 'device'), (2, 'entity_type', 'ip'), (3, 'entity_type', 'invite_code')`)
  const account = db.prepare('INSERT INTO account (id, key, source_id, row) VALUES (?, ?, 1, 1)')
  KEYS.forEach((key, i) => account.run(i + 1, key))
  const entity = db.prepare('INSERT INTO entity (id, type_id, key, source_id, row) VALUES (?, ?, ?, 1, 1)')
  ENTITIES.forEach(({ key }, i) => entity.run(i + 1, i + 1, key))
  db.exec(`INSERT INTO report (id, key, account_id, text, source_id, row) VALUES (1, 'R-1', 1, 't', 1, 1)`)
  return createMask(db, salt)
}

test('scrambling is undone, and pseudonyms are read back, for every id and salt', () => {
  const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(u32, u32, (id, salt) => {
      expect(unscramble(scramble(id))).toBe(id)
      expect(idOfPseudonym(pseudonym(id, salt), salt)).toBe(id)
    }),
  )
  expect(idOfPseudonym('Zzzzzzzz·00')).toBeNull()
  expect(idOfPseudonym('Kaleno·4f')).toBeNull()
})

describe('an answer', () => {
  const mask = workspace()

  test('calls accounts, entities and reports by their pseudonyms, the same wherever they stand', () => {
    const name = pseudonym(1, 7)
    const out = mask.out({
      rows: [{ id: 1, key: 'u10000007', score: 0.5, label: 'malicious' }],
      note: 'u10000007与d0007d9ec同时登录，IP 100.100.150.117',
      keys: { 2: 'alice_0001' },
      reports: [{ id: 1, accountId: 1, key: 'R-1', text: 't' }],
      seen: ['nothing'],
    }) as {
      rows: { key: string; label: string }[]
      note: string
      keys: Record<number, string>
      reports: { key: string }[]
    }
    expect(out.rows[0]).toMatchObject({ key: name, label: 'malicious' })
    expect(out.note).toMatch(new RegExp(`^${name}与device·[0-9a-z]{7}同时登录，IP ip·[0-9a-z]{7}$`))
    expect(out.keys[2]).toBe(pseudonym(2, 7))
    expect(out.reports[0]!.key).toMatch(/^report·/)
  })

  test('takes a short number for an account only where its number stands beside it', () => {
    expect(mask.out({ id: 4, key: '42' })).toEqual({ id: 4, key: pseudonym(4, 7) })
    expect(mask.out({ id: 9, key: '42' })).toEqual({ id: 9, key: '42' })
    expect(mask.out({ accountId: new Uint32Array([4]), key: ['42'] })).toMatchObject({
      key: [pseudonym(4, 7)],
    })
    expect(mask.out({ text: 'I paid 42 yuan' })).toEqual({ text: 'I paid 42 yuan' })
  })

  test('hides what people wrote of how to reach them, and who they say they are', () => {
    const said = [
      '加微信：abc_12345 或 QQ 123456789',
      'call +86 138-0013-8000 or mail a.b@example.com',
      'see https://t.me/abc/1 and 8.8.8.8',
    ]
    for (const text of said) {
      const out = mask.text(text)
      expect(out).not.toMatch(/abc_12345|123456789|138|8000|example|t\.me|8\.8\.8\.8/)
      expect(mask.back(out)).toBe(text)
    }
    expect(mask.out({ attributes: { display_name: '晚风呀', region: 'CN-GD' } })).toEqual({
      attributes: { display_name: expect.stringMatching(/^display_name·x/), region: 'CN-GD' },
    })
    const channel = { channel: 'attribute:display_name', categories: [{ value: '晚风呀', accounts: 3 }] }
    expect(JSON.stringify(mask.out(channel))).not.toContain('晚风呀')
    expect(mask.back(mask.out(channel))).toEqual(channel)
  })

  test('leaves alone what is no identity', () => {
    const plain = {
      at: 1_700_000_000_000,
      sha256: 'u10000007',
      date: '2026-03-02T10:00:00.000Z',
      version: '8.5.0',
      algorithm: 'leiden',
      columns: new Float64Array([1, 2]),
      region: 'CN-GD',
      text: 'Bob told me to order 12 of these in 2026',
    }
    expect(mask.out(plain)).toEqual(plain)
    expect(isPersonal('phone_country')).toBe(false)
    expect(isPersonal('client_version')).toBe(false)
    expect(isPersonal('昵称')).toBe(true)
  })
})

test('another workspace calls the account of the same number otherwise', () => {
  expect(workspace(1).out({ key: 'bob' })).not.toEqual(workspace(2).out({ key: 'bob' }))
})

test('no key survives, and what comes back is what went out', () => {
  const mask = workspace()
  const piece = fc.oneof(
    fc.constantFrom(
      ...KEYS.filter((key) => /\d{3}/.test(key) && /^[\w]+$/.test(key)),
      ...ENTITIES.map((e) => e.key),
    ),
    fc.constantFrom(' ', '，', ' and ', '和', '(', '"', '\n', ': '),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      // Two keys that touch are another word: only what is set apart counts.
      const text = pieces
        .map((one, i) => (/\w/.test(one) && /\w$/.test(pieces[i - 1] ?? '') ? ` ${one}` : one))
        .join('')
      const out = mask.out({ deep: [{ text }] }) as { deep: { text: string }[] }
      for (const key of [...KEYS.slice(0, 2), ...ENTITIES.map((e) => e.key)])
        expect(out.deep[0]!.text).not.toContain(key)
      expect(mask.back(out)).toEqual({ deep: [{ text }] })
    }),
  )
})
