/** The one way a failure crosses a boundary: a stable code, a message that says what to do, and details. */
export type ErrorCode =
  | 'cancelled'
  | 'invalid_input'
  | 'not_found'
  | 'no_workspace'
  | 'workspace_locked'
  | 'workspace_newer'
  | 'workspace_damaged'
  | 'import_unreadable'
  | 'import_missing_file'
  | 'import_missing_column'
  | 'import_encoding'
  | 'import_archive'
  | 'disk_full'
  | 'read_only'
  | 'disk_failed'
  | 'database_locked'
  | 'indexes_building'
  | 'nothing_to_analyze'
  | 'run_missing'
  | 'derived_missing'
  | 'model_invalid'
  | 'provider_failed'
  | 'compute_lost'
  | 'busy'
  | 'pack_invalid'
  | 'unsupported_here'
  | 'internal'

export interface ErrorShape {
  code: ErrorCode
  message: string
  details?: Record<string, unknown>
}

export class ShoalError extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown> | undefined
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>) {
    super(message)
    this.name = 'ShoalError'
    this.code = code
    this.details = details
  }
}

export function isCancelled(error: unknown): boolean {
  return (
    (error instanceof ShoalError && error.code === 'cancelled') ||
    (error instanceof Error && error.name === 'AbortError')
  )
}

/** Any thrown value as the shape that crosses a boundary. Disk errors get codes a person can act on. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof ShoalError) {
    return { code: error.code, message: error.message, ...(error.details && { details: error.details }) }
  }
  if (isCancelled(error)) return { code: 'cancelled', message: 'Cancelled.' }
  const code = mainCode((error as { code?: unknown } | null)?.code)
  const message = error instanceof Error ? error.message : String(error)
  if (code === 'ENOSPC' || code === 'SQLITE_FULL')
    return { code: 'disk_full', message: 'The disk is full. Free some space and start again.' }
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED')
    return {
      code: 'database_locked',
      message:
        'Another program is using the workspace database (a backup, a sync tool or a database viewer). Close it, or wait until it ' +
        'has finished, and try again.',
    }
  if (message.startsWith('no such index: '))
    return {
      code: 'indexes_building',
      message: 'A large import has put the indexes aside that this needs. Ask again when it has finished.',
    }
  if (code === 'EIO' || code === 'ESTALE' || code === 'ENODEV' || code === 'ENXIO' || code === 'SQLITE_IOERR')
    return {
      code: 'disk_failed',
      message: `The disk stopped answering. Check that the drive is connected, and try again. (${message})`,
    }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'SQLITE_READONLY')
    return { code: 'read_only', message: `No permission to write or read here: ${message}` }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB')
    return { code: 'workspace_damaged', message: `The workspace database is damaged: ${message}` }
  return { code: 'internal', message, ...(error instanceof Error && { details: { stack: error.stack } }) }
}

/** SQLite says more than a kind: SQLITE_READONLY_DIRECTORY, SQLITE_CORRUPT_INDEX. */
function mainCode(code: unknown): unknown {
  return typeof code === 'string'
    ? code.replace(/^(SQLITE_(?:READONLY|CORRUPT|FULL|BUSY|LOCKED|IOERR))_.*$/, '$1')
    : code
}

export function fromErrorShape(shape: ErrorShape): ShoalError {
  return new ShoalError(shape.code, shape.message, shape.details)
}
