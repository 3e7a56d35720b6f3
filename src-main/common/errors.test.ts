import { expect, test } from 'vitest'
import { toErrorShape } from './errors.ts'

const failure = (code: string) =>
  toErrorShape(Object.assign(new Error('as the system says it'), { code })).code

test('what the disk and SQLite say becomes a code that a person can act on, also where SQLite says more', () => {
  for (const code of [
    'EROFS',
    'EACCES',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DIRECTORY',
    'SQLITE_READONLY_DBMOVED',
  ])
    expect(failure(code), code).toBe('read_only')
  for (const code of ['SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX', 'SQLITE_NOTADB'])
    expect(failure(code), code).toBe('workspace_damaged')
  for (const code of ['ENOSPC', 'SQLITE_FULL']) expect(failure(code), code).toBe('disk_full')
  for (const code of ['SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_LOCKED_SHAREDCACHE'])
    expect(failure(code), code).toBe('database_locked')
  for (const code of ['EIO', 'ESTALE', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_FSYNC'])
    expect(failure(code), code).toBe('disk_failed')
  expect(failure('SQLITE_CONSTRAINT_UNIQUE')).toBe('internal')
})

test('what needs an index that a large import has put aside says so', () => {
  const error = Object.assign(new Error('no such index: event_ts'), { code: 'SQLITE_ERROR' })
  expect(toErrorShape(error).code).toBe('indexes_building')
})
