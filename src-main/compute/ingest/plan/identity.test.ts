import fc from 'fast-check'
import * as net from 'node:net'
import { expect, it } from 'vitest'
import { canonicalIPv6, isIP } from './ip.ts'
import { entityRules, normalize } from './identity.ts'

it('leaves ids alone unless told otherwise', () => {
  fc.assert(fc.property(fc.string(), (id) => normalize(id, [], 'CN') === id))
})

it.each([
  [' 007\u3000', ['trim'], '007'],
  ['\ufeffab\u200b', ['trim'], 'ab'],
  ['AbC', ['lower'], 'abc'],
  ['138 0000 1234', ['phone'], '+8613800001234'],
  ['+86-138-0000-1234', ['phone'], '+8613800001234'],
  ['0086 13800001234', ['phone'], '+8613800001234'],
  ['12', ['phone'], '12'],
  ['not a phone', ['phone'], 'not a phone'],
  ['2001:0DB8:0:0:0:0:0:1', ['ip'], '2001:db8::1'],
  ['::ffff:10.0.0.1', ['ip'], '10.0.0.1'],
  ['::ffff:0a00:0001', ['ip'], '10.0.0.1'],
  ['10.0.0.1', ['ip'], '10.0.0.1'],
  ['fe80::1%eth0', ['ip'], 'fe80::1'],
  ['999.1.1.1', ['ip'], '999.1.1.1'],
] as const)('%s by %s is %s', (id, rules, expected) => expect(normalize(id, rules, 'CN')).toBe(expected))

it('says the same again: every rule is idempotent', () => {
  const some = fc.oneof(
    fc.string(),
    fc.ipV6(),
    fc.ipV4(),
    fc.integer({ min: 10 ** 10, max: 2 * 10 ** 10 }).map(String),
  )
  for (const rule of ['trim', 'lower', 'phone', 'ip'] as const)
    fc.assert(
      fc.property(some, (id) => {
        const once = normalize(id, [rule], 'CN')
        expect(normalize(once, [rule], 'CN')).toBe(once)
      }),
    )
})

it('keeps different IPv6 addresses different and the same one the same', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (words) => {
      const long = words.map((word) => word.toString(16).padStart(4, '0').toUpperCase()).join(':')
      const short = words.map((word) => word.toString(16)).join(':')
      const canonical = normalize(long, ['ip'], 'CN')
      expect(canonical).toBe(normalize(short, ['ip'], 'CN'))
      if (net.isIPv6(canonical)) expect(new URL(`http://[${long}]/`).hostname).toBe(`[${canonical}]`)
    }),
  )
})

it('finds the rules of an entity type', () => {
  const identity = {
    account: [],
    entity: { phone: ['phone' as const], '*': ['trim' as const] },
    region: 'CN',
  }
  expect(entityRules(identity, 'phone')).toEqual(['phone'])
  expect(entityRules(identity, 'device')).toEqual(['trim'])
  expect(entityRules({ ...identity, entity: {} }, 'constructor')).toEqual([])
})

it('takes for an address what Node does', () => {
  const some = fc.oneof(
    fc.ipV6(),
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.string(),
    fc.stringMatching(/^[0-9a-f:.]{1,20}$/),
  )
  fc.assert(
    fc.property(some, (text) => {
      expect(isIP(text)).toBe(net.isIP(text) > 0)
      expect(canonicalIPv6(text) !== null).toBe(net.isIPv6(text))
    }),
    { numRuns: 2000 },
  )
})
