import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ValidationReport } from '../../../common/contract/lab.ts'
import { validationMarkdown } from '../../../common/validation-words.ts'

const FROM = '<!-- shoal:validation -->'
const TO = '<!-- /shoal:validation -->'

/**
 * Writes the verdict into card.md of a model folder, in place of an earlier one: the section between two comments. The
 * rest of the card stays as it is; a folder without a card gets none. Answers whether it was written.
 */
export function appendVerdictToCard(folder: string, report: ValidationReport): boolean {
  const file = join(folder, 'card.md')
  if (!existsSync(file)) return false
  const card = readFileSync(file, 'utf8')
  const section = `${FROM}\n${validationMarkdown(report, 'en')}${TO}\n`
  const from = card.indexOf(FROM)
  const to = card.indexOf(TO, from)
  const next =
    from >= 0 && to >= 0
      ? card.slice(0, from) + section + card.slice(to + TO.length).replace(/^\n/, '')
      : `${card.replace(/\n*$/, '\n\n')}${section}`
  // Whole or not at all: a card cut short would be worse than an old verdict.
  writeFileSync(`${file}.part`, next)
  renameSync(`${file}.part`, file)
  return true
}
