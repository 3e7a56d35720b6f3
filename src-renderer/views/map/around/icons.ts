import type { IconName } from '@blueprintjs/core'
import barcode from '@blueprintjs/icons/lib/esm/generated/16px/paths/barcode'
import code from '@blueprintjs/icons/lib/esm/generated/16px/paths/code'
import creditCard from '@blueprintjs/icons/lib/esm/generated/16px/paths/credit-card'
import envelope from '@blueprintjs/icons/lib/esm/generated/16px/paths/envelope'
import globeNetwork from '@blueprintjs/icons/lib/esm/generated/16px/paths/globe-network'
import mobilePhone from '@blueprintjs/icons/lib/esm/generated/16px/paths/mobile-phone'
import people from '@blueprintjs/icons/lib/esm/generated/16px/paths/people'
import phone from '@blueprintjs/icons/lib/esm/generated/16px/paths/phone'
import tag from '@blueprintjs/icons/lib/esm/generated/16px/paths/tag'

interface KindIcon {
  /** The same icon for buttons and lists. */
  name: IconName
  paths: readonly string[]
}
const PHONE: KindIcon = { name: 'mobile-phone', paths: mobilePhone }
const CODE: KindIcon = { name: 'barcode', paths: barcode }
const ICONS: Record<string, KindIcon> = {
  device: PHONE,
  ip: { name: 'globe-network', paths: globeNetwork },
  payment: { name: 'credit-card', paths: creditCard },
  invite: CODE,
  invite_code: CODE,
  group: { name: 'people', paths: people },
  phone: { name: 'phone', paths: phone },
  email: { name: 'envelope', paths: envelope },
  script: { name: 'code', paths: code },
}
const OTHER: KindIcon = { name: 'tag', paths: tag }

export const thingIcon = (type: string): KindIcon => ICONS[type] ?? OTHER

const SIZE = 16
const drawn = new Map<string, HTMLCanvasElement>()

/** An icon of 16 × 16 as a picture of so many device pixels, drawn once. */
export function iconPicture(type: string, color: string, pixels: number): HTMLCanvasElement {
  const key = `${type} ${color} ${pixels}`
  const known = drawn.get(key)
  if (known) return known
  const canvas = document.createElement('canvas')
  canvas.width = pixels
  canvas.height = pixels
  const context = canvas.getContext('2d')!
  context.scale(pixels / SIZE, pixels / SIZE)
  context.fillStyle = color
  for (const path of thingIcon(type).paths) {
    // A canvas's fill, no array's.
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type
    context.fill(new Path2D(path), 'evenodd')
  }
  if (drawn.size > 400) drawn.clear()
  drawn.set(key, canvas)
  return canvas
}
