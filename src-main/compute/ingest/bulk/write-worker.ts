import { parentPort, workerData } from 'node:worker_threads'
import { openStore } from '../../store/open.ts'
import { BlockWriter } from './rows.ts'
import { storeBlocks } from './storing.ts'
import type { ThreadAnswer, ThreadRequest, ThreadSettings } from './write-thread.ts'

/** Entry of the thread that stores an import's rows (write-thread.ts): a message is a transaction; ends when told to stop. */
const { workspace, walPages, cacheKib, stopped } = workerData as ThreadSettings
const port = parentPort!
const over = new Int32Array(stopped)
const going = () => Atomics.load(over, 0) === 0
const db = openStore(workspace)
// Every id stored comes from the dictionary or was just inserted; checking each again halves the speed.
db.pragma('foreign_keys = OFF')
db.pragma(`wal_autocheckpoint = ${walPages}`)
db.pragma(`cache_size = -${cacheKib}`)
const writer = new BlockWriter(db)
/** After an error nothing more is stored, whatever waits. */
let failed = false

port.on('message', ({ blocks }: ThreadRequest) => {
  if (!going()) return finish()
  if (failed) return
  const started = performance.now()
  try {
    if (!storeBlocks(db, writer, blocks, going)) return finish()
    const memory = blocks.map(({ numbers, ends, bytes }) => ({ numbers, ends, bytes }))
    answer({ ms: performance.now() - started, memory })
  } catch (error) {
    failed = true
    const code = (error as { code?: unknown }).code
    answer({
      error: { message: String((error as Error).message), code: typeof code === 'string' ? code : null },
    })
  }
})
answer('ready')

function answer(what: ThreadAnswer): void {
  port.postMessage(what)
}

function finish(): void {
  db.close()
  port.close()
}
