/** Run by a test as a process of its own, so that it can be killed: imports argv[3…] into the workspace argv[2]. */
import { openStore } from '../../store/open.ts'
import { importExport } from '../import.ts'
import { contextFor } from './workspace.ts'

const [workspace, ...paths] = process.argv.slice(2)
const db = openStore(workspace)
process.send?.('started')
const ctx = contextFor(workspace, db, undefined, (p) => process.send?.(p))
await importExport(ctx, { paths })
db.close()
process.send?.('done')
process.disconnect?.()
