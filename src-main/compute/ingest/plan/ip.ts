const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)

export function isIPv4(text: string): boolean {
  return IPV4.test(text)
}

/** An IPv6 address as RFC 5952 writes it, without its zone; null for anything else. */
export function canonicalIPv6(text: string): string | null {
  const bare = text.replace(/%.*$/, '')
  if (!bare.includes(':') || !/^[\da-f:.]{2,45}$/i.test(bare)) return null
  try {
    // The WHATWG URL Standard's serializer of hosts follows RFC 5952.
    return new URL(`http://[${bare}]/`).hostname.slice(1, -1)
  } catch {
    return null
  }
}

export function isIP(text: string): boolean {
  return isIPv4(text) || canonicalIPv6(text) !== null
}
