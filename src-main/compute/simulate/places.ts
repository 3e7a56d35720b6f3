import { cumulative, draw, type Rng } from './rng.ts'

/**
 * Where people are. Only cities without summer time, so an offset belongs to a city. Addresses come from blocks that
 * nobody owns (240.0.0.0/4 reserved, 100.64.0.0/10 carrier-grade NAT), so a simulated export accuses no real line.
 */
export interface City {
  name: string
  country: string
  /** Region as the platform's accounts table writes it. */
  region: string
  /** Minutes east of UTC. */
  offset: number
  /** Share of organic people. */
  weight: number
  /** Do most people here write Chinese? */
  chinese: number
}

const city = (
  name: string,
  country: string,
  region: string,
  offset: number,
  weight: number,
  chinese: number,
): City => ({ name, country, region, offset, weight, chinese })

export const CITIES: readonly City[] = [
  city('Shanghai', 'CN', 'CN-SH', 480, 11, 0.97),
  city('Beijing', 'CN', 'CN-BJ', 480, 10, 0.97),
  city('Shenzhen', 'CN', 'CN-GD', 480, 9, 0.97),
  city('Guangzhou', 'CN', 'CN-GD', 480, 8, 0.97),
  city('Hangzhou', 'CN', 'CN-ZJ', 480, 6, 0.97),
  city('Chengdu', 'CN', 'CN-SC', 480, 6, 0.98),
  city('Wuhan', 'CN', 'CN-HB', 480, 5, 0.98),
  city("Xi'an", 'CN', 'CN-SN', 480, 4, 0.98),
  city('Nanjing', 'CN', 'CN-JS', 480, 4, 0.98),
  city('Xiamen', 'CN', 'CN-FJ', 480, 3, 0.98),
  city('Hong Kong', 'HK', 'HK', 480, 5, 0.7),
  city('Taipei', 'TW', 'TW', 480, 4, 0.95),
  city('Singapore', 'SG', 'SG', 480, 5, 0.35),
  city('Kuala Lumpur', 'MY', 'MY', 480, 4, 0.4),
  city('Manila', 'PH', 'PH', 480, 3, 0.08),
  city('Bangkok', 'TH', 'TH', 420, 2, 0.15),
  city('Jakarta', 'ID', 'ID', 420, 2, 0.08),
  city('Phnom Penh', 'KH', 'KH', 420, 1, 0.3),
  city('Yangon', 'MM', 'MM', 390, 1, 0.25),
  city('Tokyo', 'JP', 'JP', 540, 2, 0.3),
  city('Mumbai', 'IN', 'IN', 330, 2, 0.01),
  city('Dubai', 'AE', 'AE', 240, 1, 0.15),
  city('Brisbane', 'AU', 'AU', 600, 2, 0.3),
  city('Phoenix', 'US', 'US', -420, 2, 0.15),
]

const CITY_SUMS = cumulative(CITIES.map((c) => c.weight))
/** Where schemes like to sit: the big cities as everybody, and a few places more often. */
const SCHEME_SUMS = cumulative(
  CITIES.map((c) => c.weight + (['Phnom Penh', 'Yangon', 'Manila', 'Xiamen'].includes(c.name) ? 7 : 0)),
)

export function drawCity(rng: Rng): number {
  return draw(rng, CITY_SUMS)
}
export function drawSchemeCity(rng: Rng): number {
  return draw(rng, SCHEME_SUMS)
}

// Address numbers -----------------------------------------------------------------------------------------------

const LINE_SPACE = 12 * 2 ** 24 // 240.0.0.0 .. 251.255.255.255
const LINE_STEP = 34_567_933 // odd and no multiple of 3: a bijection of the space
const BASE = {
  home: 0,
  site: 40e6,
  cafe: 60e6,
  hotel: 70e6,
  shop: 80e6,
  den: 90e6,
  residential: 120e6,
} as const

/** The address of a fixed line: one per (kind, index), scattered over 240.0.0.0 to 251.255.255.255. */
export function lineIp(kind: keyof typeof BASE, index: number): number {
  return 240 * 2 ** 24 + (((BASE[kind] + index) * LINE_STEP + 11_939) % LINE_SPACE)
}

/** A carrier-grade NAT address of a city: hundreds of phones behind each. */
export function mobileIp(cityIndex: number, pool: number): number {
  return 0x64400000 + (Math.imul(pool * CITIES.length + cityIndex, 1_664_525) & 0x3fffff)
}

/**
 * An address in a hosting provider's block in a city (proxy exit, VPN exit): `pool` picks the /24, `host` the address.
 * 8,192 blocks a city.
 */
export function hostingIp(cityIndex: number, pool: number, host: number): number {
  const block = cityIndex * 8192 + ((pool * 1237 + 501) & 8191)
  return 252 * 2 ** 24 + block * 256 + 1 + (host % 250)
}

/** The city of a hosting address, as geolocation would give it. */
export function hostingCity(ip: number): number {
  return Math.floor((ip - 252 * 2 ** 24) / (256 * 8192))
}

export function isHosting(ip: number): boolean {
  return ip >= 252 * 2 ** 24
}

export function ipText(ip: number): string {
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`
}
