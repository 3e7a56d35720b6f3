import { existsSync, readFileSync } from 'node:fs'
import { ShoalError } from '../../common/errors.ts'
import type { Mapping } from '../../common/mapping/mapping.ts'
import type { Core } from '../../core/app.ts'
import { parseMapping } from '../../core/imports/mappings.ts'

/** A mapping as a person names it: a JSON file, or the name of a saved one. */
export function readMapping(core: Core, given: string): Mapping {
  const saved = core.context.mappings.list()
  const found = saved.find(({ name }) => name === given)
  if (found) return found.mapping
  if (existsSync(given)) return parseMapping(readFileSync(given, 'utf8'), given)
  const names = saved.map(({ name }) => name)
  throw new ShoalError(
    'not_found',
    `There is no mapping "${given}": neither a file nor a saved name${names.length > 0 ? ` (${names.join(', ')})` : ''}.`,
  )
}
