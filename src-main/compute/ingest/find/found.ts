import { DATA_ENDINGS } from '../../../common/mapping/endings.ts'
import type { ByteSource } from '../read/reader.ts'
import type { DataPart } from './data-set.ts'

/** A file that import may read: on disk, in an archive, or what a .gz unpacks to. */
export interface FoundFile extends ByteSource {
  /** Absolute path of the file, or of the archive it is in. */
  readonly path: string
  /** Its name inside the archive; null for a plain file. */
  readonly entry: string | null
  /** Its name without folders and without `.gz`: what mappings and endings go by. */
  readonly name: string
  /** Set where the file is one of many that are one table; `name` is then that of the data set. */
  readonly part?: DataPart
  /** Removes what reading left on disk. */
  close(): Promise<void>
}

export interface FoundFiles {
  /** In the order of the paths, folders by name. */
  files: FoundFile[]
  ignored: IgnoredFile[]
  /** Closes archives and removes what was unpacked; call when reading is over, however it ended. */
  close(): Promise<void>
}

export interface IgnoredFile {
  path: string
  entry: string | null
  reason: 'unknown_name' | 'not_layout' | 'not_mapped' | 'not_a_file'
}

/** 'a/b/users.csv.gz' is 'users.csv'. */
export function bareName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).replace(/\.gz$/i, '')
}

/** Dotfiles, what macOS adds to archives, and what Office leaves beside a file that is open. */
export function isHidden(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || part.startsWith('~$'))
}

/** What tells a table from a bomb: an archive's tables and what a .gz unpacks to. */
export interface UnpackLimits {
  /** Uncompressed bytes of all files of an archive together, or of one .gz. */
  totalBytes: number
  /** Uncompressed : compressed, of a file larger than `ratioFrom` bytes. CSV rarely passes 30. */
  ratio: number
  ratioFrom: number
  entries: number
}
export const UNPACK_LIMITS: UnpackLimits = {
  totalBytes: 64 * 1024 ** 3,
  ratio: 200,
  ratioFrom: 16 * 1024 ** 2,
  entries: 10_000,
}

export function tooDense(bytes: number, packed: number, limits: UnpackLimits): boolean {
  return bytes > limits.ratioFrom && bytes > packed * limits.ratio
}

/** Whether a name, without `.gz`, ends like a format that import reads. */
export function endingKnown(name: string): boolean {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase()
  return ending !== undefined && DATA_ENDINGS.includes(ending)
}
