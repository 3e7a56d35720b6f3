import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import type { IDENTITY_RULES, Identity } from '../../../common/mapping/mapping.ts'
import { canonicalIPv6, isIPv4 } from './ip.ts'

type Rule = (typeof IDENTITY_RULES)[number]

/** Spaces of every kind, and marks that no person sees: zero-width characters, byte-order marks. */
const EDGES = /^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/gu

/**
 * An id made comparable by rules, in their order:
 * `trim` drops white space and invisible marks at both ends; `lower` lower-cases letters; `phone` writes a valid phone
 * number as E.164 (`138 0000 1234` is `+8613800001234` in region CN) and leaves anything else; `ip` writes an IPv6 address
 * as RFC 5952 says and an IPv4 address mapped into IPv6 as IPv4, and leaves anything else.
 */
export function normalize(id: string, rules: readonly Rule[], region: string): string {
  let value = id
  for (const rule of rules) {
    switch (rule) {
      case 'trim':
        value = value.replace(EDGES, '')
        break
      case 'lower':
        value = value.toLowerCase()
        break
      case 'phone': {
        const number = parsePhoneNumberFromString(value, region as CountryCode)
        if (number?.isValid()) value = number.number
        break
      }
      case 'ip':
        value = canonicalIp(value)
    }
  }
  return value
}

/** Rules of an entity type. */
export function entityRules(identity: Identity, type: string): readonly Rule[] {
  return (Object.hasOwn(identity.entity, type) ? identity.entity[type] : identity.entity['*']) ?? []
}

function canonicalIp(value: string): string {
  const text = value.trim()
  if (isIPv4(text)) return text
  const host = canonicalIPv6(text)
  if (host === null) return value
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host)
  if (!mapped) return host
  const [high, low] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
