import { ShoalError, isCancelled } from '../../../common/errors.ts'
import type { ByteSource } from './reader.ts'

/** What makes a file unreadable. `why` ends without a full stop; `fix` is a sentence that says what to do. */
export function unreadable(
  source: Pick<ByteSource, 'label'>,
  why: string,
  fix = '',
  details: Record<string, unknown> = {},
): ShoalError {
  return new ShoalError('import_unreadable', `${source.label} can't be read: ${why}.${fix && ` ${fix}`}`, {
    file: source.label,
    ...details,
  })
}

/** Anything that a library threw on a file's content, as an error that names the file; our own errors as they are. */
export function asUnreadable(error: unknown, source: Pick<ByteSource, 'label'>, fix = ''): unknown {
  if (error instanceof ShoalError || isCancelled(error)) return error
  const code = (error as { code?: unknown } | null)?.code
  // Trouble with the disk is told by whoever reads it, trouble with storing (within a reader's callback) by whoever stores.
  if (typeof code === 'string' && /^(?:E[A-Z]+|SQLITE_\w+)$/.test(code)) return error
  const message = error instanceof Error ? error.message : String(error)
  const why = message
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 300)
  return unreadable(source, `it is damaged or cut off (${why || 'no reason given'})`, fix || AGAIN)
}

const AGAIN = 'Copy, download or export it again.'
