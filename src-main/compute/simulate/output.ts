import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { ShoalError } from '../../common/errors.ts'

export const CSV_FILES = [
  'accounts.csv',
  'relations.csv',
  'links.csv',
  'events.csv',
  'reports.csv',
  'labels.csv',
] as const
/** Says that an export is simulated and how it was made, so that it is called so wherever it is shown. */
export const MARK_FILE = 'simulated.json'
export const EXPORT_FILES = [...CSV_FILES, MARK_FILE] as const
export const TRUTH_FILES = ['truth.csv', 'reports.csv', 'truth.json'] as const
export const GENERATOR = 'shoal simulate'

async function entries(folder: string): Promise<string[] | undefined> {
  const info = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (info === undefined) return undefined
  if (!info.isDirectory())
    throw new ShoalError('invalid_input', `${folder} is a file. Name a folder to write the export to.`)
  return readdir(folder)
}

function strangers(names: readonly string[], ours: readonly string[]): string[] {
  return names.filter((name) => !ours.includes(name.replace(/\.part$/, '')))
}

/**
 * The two folders of a simulation while it is written: files are `NAME.part` until `publish` renames them all.
 * `discard` removes what this run made, folders too, and leaves an earlier simulation as it was.
 */
export class SimulationFolders {
  readonly out: string
  readonly truth: string
  private readonly made: string[] = []

  private constructor(out: string) {
    this.out = out
    this.truth = `${out}-truth`
  }

  /**
   * @throws ShoalError invalid_input where a folder holds anything but an earlier simulation.
   */
  static async prepare(path: string): Promise<SimulationFolders> {
    const folders = new SimulationFolders(resolve(path))
    const inOut = await entries(folders.out)
    const inTruth = await entries(folders.truth)
    const foreign = [
      ...strangers(inOut ?? [], EXPORT_FILES).map((name) => join(folders.out, name)),
      ...strangers(inTruth ?? [], TRUTH_FILES).map((name) => join(folders.truth, name)),
    ]
    const finished = (inOut ?? []).some((name) => !name.endsWith('.part'))
    const ours = finished || (inTruth ?? []).length > 0 ? await wroteIt(folders.truth, inTruth ?? []) : true
    if (foreign.length > 0 || !ours) {
      const why = foreign.length > 0 ? `it holds ${foreign[0]}` : 'its files were not made by a simulation'
      throw new ShoalError(
        'invalid_input',
        `${folders.out} can't take a simulated export: ${why}. Name a new or an empty folder.`,
        { folder: folders.out, found: foreign.slice(0, 10) },
      )
    }
    for (const folder of [folders.out, folders.truth]) {
      const first = await mkdir(folder, { recursive: true })
      if (first !== undefined) folders.made.push(folder)
    }
    return folders
  }

  exportPart(name: (typeof EXPORT_FILES)[number]): string {
    return join(this.out, `${name}.part`)
  }
  truthPart(name: (typeof TRUTH_FILES)[number]): string {
    return join(this.truth, `${name}.part`)
  }

  /** Renames every part to its name. */
  async publish(): Promise<void> {
    for (const name of TRUTH_FILES) await rename(this.truthPart(name), join(this.truth, name))
    for (const name of EXPORT_FILES) await rename(this.exportPart(name), join(this.out, name))
  }

  async discard(): Promise<void> {
    for (const name of EXPORT_FILES) await rm(this.exportPart(name), { force: true })
    for (const name of TRUTH_FILES) await rm(this.truthPart(name), { force: true })
    for (const folder of this.made.reverse()) await rmdir(folder).catch(() => {})
  }
}

/** Did a simulation write this truth folder? Leftover parts alone (a killed run) count as ours. */
async function wroteIt(truth: string, names: readonly string[]): Promise<boolean> {
  if (!names.includes('truth.json')) return names.every((name) => name.endsWith('.part')) && names.length > 0
  try {
    const told = JSON.parse(await readFile(join(truth, 'truth.json'), 'utf8')) as { generator?: unknown }
    return told.generator === GENERATOR
  } catch {
    return false
  }
}

export const nameOf = (path: string): string => basename(path).replace(/\.part$/, '')
