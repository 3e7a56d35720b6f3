/**
 * A journal entry's payload on one line: 'name: Ring in March · members: 214'. Long values are cut, nested ones
 * shown as JSON; the whole of it is in the tooltip.
 */
export function payloadWords(payload: Record<string, unknown>): string {
  return Object.entries(payload)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(
      ([key, value]) => `${key}: ${short(typeof value === 'object' ? JSON.stringify(value) : String(value))}`,
    )
    .join(' · ')
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
