import { availableParallelism } from 'node:os'
import type { ComputeContext } from '../../context.ts'
import { LocalStoring, type Storing } from './storing.ts'
import { ThreadStoring } from './write-thread.ts'

/** Pages in the write-ahead log before it is copied into the database: fewer, larger copies while importing. */
const WAL_PAGES = 16_384
/** SQLite's page caches while importing, in KiB, of both connections together: rows touch the indexes all over … */
const CACHE_KIB = 128 * 1024
/** … unless they are put aside. */
const SMALL_CACHE_KIB = 32 * 1024
/** From so many bytes on it is worth starting a thread, which takes a tenth of a second. */
export const THREAD_FROM = 8 * 1024 * 1024

/**
 * Begins to store rows of an import, in a thread of its own where they are many. `aside`: most indexes are put aside. The
 * context's connection is left to reading; `LocalStoring` writes with it.
 */
export async function startStoring(
  ctx: ComputeContext,
  { bytes, aside, threadFrom }: { bytes: number; aside: boolean; threadFrom: number },
): Promise<Storing> {
  const cacheKib = aside ? SMALL_CACHE_KIB : CACHE_KIB
  if (bytes >= threadFrom && availableParallelism() > 1) {
    // Reading looks up what earlier imports brought, which takes as much of a cache as writing does; with indexes aside it
    // has all keys in memory, and storing only appends.
    const share = aside ? cacheKib / 4 : cacheKib / 2
    const thread = await ThreadStoring.start(ctx, { walPages: WAL_PAGES, cacheKib: share })
    if (thread) {
      ctx.db.pragma(`cache_size = -${share}`)
      return thread
    }
  }
  ctx.db.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
  ctx.db.pragma(`cache_size = -${cacheKib}`)
  return new LocalStoring(ctx.db)
}
