/**
 * Run by a test as a process of its own, so that it can die: imports argv[5…] into the workspace argv[2], and kills
 * itself (SIGKILL, nothing is cleaned up) when it has told progress argv[4] times in the phase argv[3]. It does so
 * itself because a parent's signal would come at an unknown later moment, perhaps after the import was published.
 */
import { openStore } from '../../store/open.ts'
import { importExport } from '../import.ts'
import { contextFor } from './workspace.ts'

const [workspace, phase, after, ...paths] = process.argv.slice(2)
const db = openStore(workspace)
let told = 0
const ctx = contextFor(workspace, db, undefined, (progress) => {
  if (progress.phase === phase && ++told === Number(after)) process.kill(process.pid, 'SIGKILL')
})
await importExport(ctx, { paths })
db.close()
process.send?.('done')
process.disconnect?.()
