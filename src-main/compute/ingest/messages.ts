import { ShoalError, type ErrorCode } from '../../common/errors.ts'
import type { TableMapping } from '../../common/mapping/mapping.ts'
import type { IgnoredFile } from './find/found.ts'
import type { LeftOut, OpenTable } from './tables/open.ts'

/** Something worth knowing that stopped no row. */
export interface ImportWarning {
  code:
    'ignored_file' | 'ignored_table' | 'ignored_columns' | 'guessed_mapping' | 'reading' | 'duplicate_file'
  file: string
  message: string
}

const IGNORED: Record<IgnoredFile['reason'], string> = {
  unknown_name: 'its name ends like no format that import reads',
  not_layout: 'the other files are of the export layout and it is not',
  not_mapped: 'the mapping is not for it',
  not_a_file: 'it is no regular file',
}

const LEFT_OUT: Record<LeftOut['why'], string> = {
  not_mapped: 'the mapping makes nothing of it',
  not_told: 'it could not be told what its columns mean',
  no_table: 'there is no table in it',
}

/** What a person should know of an import that went well. */
export function warningsOf(
  tables: readonly OpenTable[],
  ignored: readonly IgnoredFile[],
  leftOut: readonly LeftOut[],
): ImportWarning[] {
  const warnings: ImportWarning[] = []
  for (const { path, entry, reason } of ignored) {
    const label = entry === null ? path : `${path} › ${entry}`
    warnings.push({
      code: 'ignored_file',
      file: label,
      message: `${label} was ignored: ${IGNORED[reason]}.`,
    })
  }
  for (const { label, why } of leftOut) {
    warnings.push({
      code: 'ignored_table',
      file: label,
      message: `${label} was left out: ${LEFT_OUT[why]}.`,
    })
  }
  for (const { about, table, mapping, bound, by } of tables) {
    if (!about) continue
    const { label, notes } = about
    if (bound.ignored.length > 0) {
      warnings.push({
        code: 'ignored_columns',
        file: label,
        message: `${label}: ${table} keeps no further columns; ignored: ${bound.ignored.slice(0, 20).join(', ')}.`,
      })
    }
    if (by === 'guess') {
      const made = [...new Set(mapping.outputs.map(({ to }) => to))].join(', ')
      const all = labelOfAll(mapping)
      warnings.push({
        code: 'guessed_mapping',
        file: label,
        message:
          `${label}: what its columns mean was guessed. Its rows became ${made}. ` +
          `${all === null ? '' : `By its name, all of them were labelled ${all}. `}Check that it is right.`,
      })
    }
    for (const note of notes)
      warnings.push({ code: 'reading', file: label, message: `${label}: ${note.text}` })
  }
  return warnings
}

/** How every account of a list is labelled; null where a column says it of each, or nothing does. */
function labelOfAll({ outputs }: TableMapping): string | null {
  for (const { to, cells } of outputs) {
    const label = cells['label']
    if (to === 'labels' && label && 'value' in label) return label.value
  }
  return null
}

/** What the disk, the system and SQLite say in many codes as the few that a person can act on. */
export function asImportError(error: unknown, workspace: string): unknown {
  if (error instanceof ShoalError) return error
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  const kind = TROUBLE.find(({ codes }) => codes.test(code))
  if (!kind) return error
  return new ShoalError(kind.code, kind.words(workspace, code), { workspace, code })
}

const TROUBLE: { code: ErrorCode; codes: RegExp; words(workspace: string, code: string): string }[] = [
  {
    code: 'disk_full',
    // The log's index beside the database can't grow: SQLite calls a full disk an I/O error there.
    codes: /^(?:SQLITE_FULL|ENOSPC|EDQUOT|SQLITE_IOERR_SHMSIZE)$/,
    words: (workspace) =>
      `The disk that holds ${workspace} is full. Nothing was imported. Free some space and import again.`,
  },
  {
    code: 'read_only',
    codes: /^(?:SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EROFS$)/,
    words: (workspace) =>
      `The workspace ${workspace} can't be written to. Nothing was imported. Check its permissions.`,
  },
  {
    code: 'database_locked',
    codes: /^SQLITE_(?:BUSY|LOCKED)/,
    words: (workspace) =>
      `Another program is using the database of ${workspace} (a backup, a sync tool or a database viewer). Nothing was ` +
      'imported. Close it, or wait until it has finished, and import again.',
  },
  {
    code: 'disk_failed',
    codes: /^(?:SQLITE_IOERR|EIO$|ESTALE$|ENODEV$|ENXIO$)/,
    words: (workspace, code) =>
      `The disk that holds ${workspace} stopped answering (${code}). Nothing was imported. Check that the drive is connected, ` +
      'and import again.',
  },
]
