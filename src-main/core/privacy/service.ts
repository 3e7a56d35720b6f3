import { randomInt } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { ShoalError, toErrorShape } from '../../common/errors.ts'
import type { CallInfo } from '../context.ts'
import { WITHHELD } from '../imports/withheld.ts'
import { getSetting, setSetting } from '../workspace/queries.ts'
import { createMask, type Mask } from './mask.ts'

/** The person's preference (preferences.get) that hides identities in every window. */
export const HIDE_KEY = 'hideNames'
const SALT_KEY = 'privacy.salt'

const salts = new WeakMap<Database, number>()
/** A number below 2³² of the workspace's own, made when it is first asked for: pseudonyms come from it. */
export function pseudonymSalt(db: Database): number {
  const known = salts.get(db)
  if (known !== undefined) return known
  const kept = getSetting(db, SALT_KEY)
  const salt = typeof kept === 'number' ? kept : newSalt(db)
  salts.set(db, salt)
  return salt
}

function newSalt(db: Database): number {
  const salt = randomInt(2 ** 32)
  try {
    setSetting(db, SALT_KEY, salt)
  } catch (error) {
    // A full disk must not keep anybody from opening what is there; the names then last until it is closed.
    if (toErrorShape(error).code !== 'disk_full') throw error
  }
  return salt
}

const masks = new WeakMap<Database, Mask>()
export function maskOf(db: Database): Mask {
  let mask = masks.get(db)
  if (!mask) masks.set(db, (mask = createMask(db, pseudonymSalt(db))))
  return mask
}

/** What knows no account: the machine, its folders, the person's and the screen's settings, the designs of graphs. */
const PLAIN = /^(?:host|workspace|settings|preferences|recipes|jobs)\./

type AnyHandler = (input: never, call: CallInfo) => unknown

/**
 * Handlers for windows: while identities are hidden, no answer and no error holds a key, an address or a number of
 * somebody, and pseudonyms in questions are read as what they stand for; rows as they were in files are left out. It sits between core and the windows, so that
 * a view cannot forget it; files (evidence packs, exports on the command line) are not touched by it.
 */
export function maskedHandlers(
  handlers: Record<string, AnyHandler>,
  options: { hidden(): boolean; db(): Database | null },
): Record<string, AnyHandler> {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => {
      if (PLAIN.test(name)) return [name, handler]
      const masked: AnyHandler = async (input, call) => {
        const db = options.hidden() ? options.db() : null
        if (!db) return handler(input, call)
        const mask = maskOf(db)
        try {
          const answer = await handler(mask.back(input), call)
          return mask.out(WITHHELD[name] ? WITHHELD[name](answer as never) : answer)
        } catch (error) {
          const shape = toErrorShape(error)
          throw new ShoalError(
            shape.code,
            mask.text(shape.message),
            shape.details && (mask.out(shape.details) as Record<string, unknown>),
          )
        }
      }
      return [name, masked]
    }),
  )
}
