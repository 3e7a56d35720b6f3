import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SavedMapping } from '../../common/contract/imports.ts'
import { ShoalError } from '../../common/errors.ts'
import { mappingSchema, type Mapping } from '../../common/mapping/mapping.ts'

/** Mappings that a person saved: one JSON file each, as they are exported, in a folder that belongs to the person. */
export interface MappingStore {
  /** By name. A file that is no mapping is left out: somebody may have put it there by hand. */
  list(): SavedMapping[]
  /** Replaces one of the same name. */
  save(mapping: Mapping): SavedMapping
  /** Throws ShoalError not_found. */
  remove(name: string): void
}

export function createMappingStore(userDir: string): MappingStore {
  const folder = join(userDir, 'mappings')
  const read = (file: string): (SavedMapping & { file: string }) | null => {
    try {
      const mapping = mappingSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
      return { file, name: mapping.name, mapping, savedAt: Math.round(statSync(file).mtimeMs) }
    } catch {
      return null
    }
  }
  const all = (): (SavedMapping & { file: string })[] => {
    let names: string[]
    try {
      names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    } catch {
      return [] // nothing was ever saved
    }
    return names
      .sort()
      .flatMap((name) => read(join(folder, name)) ?? [])
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const bare = ({ name, mapping, savedAt }: SavedMapping): SavedMapping => ({ name, mapping, savedAt })
  return {
    list: () => all().map(bare),
    save(mapping) {
      const file =
        all().find(({ name }) => name === mapping.name)?.file ?? join(folder, fileName(mapping.name))
      mkdirSync(folder, { recursive: true })
      writeFileSync(`${file}.part`, `${JSON.stringify(mapping, null, 2)}\n`)
      renameSync(`${file}.part`, file)
      return bare(read(file)!)
    },
    remove(name) {
      const found = all().find((one) => one.name === name)
      if (!found) throw new ShoalError('not_found', `There is no saved mapping "${name}".`)
      rmSync(found.file)
    },
  }
}

/** A name that every file system takes, still to be recognized; names that differ only in what is dropped stay apart. */
function fileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')
    .slice(0, 60)
  return `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}.json`
}

/** A mapping from the text of a file. Throws ShoalError invalid_input, which names the place. */
export function parseMapping(text: string, file: string): Mapping {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw new ShoalError('invalid_input', `${file} is no JSON file: ${(error as Error).message}`)
  }
  const parsed = mappingSchema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ShoalError(
    'invalid_input',
    `${file}: ${issue!.path.join('.') || 'mapping'}: ${issue!.message} docs/mappings.md explains the file.`,
    {
      file,
      issues: parsed.error.issues.slice(0, 20).map(({ path, message }) => `${path.join('.')}: ${message}`),
    },
  )
}
