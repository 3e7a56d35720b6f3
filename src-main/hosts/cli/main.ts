#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { computeAhead } from '../node/compute.ts'
import { ROOT } from '../node/paths.ts'

// Loading is most of what a short command takes. What was loaded once is kept compiled (NODE_DISABLE_COMPILE_CACHE=1: not),
// and the compute process loads while this one does.
enableCompileCache(join(ROOT, 'node_modules/.cache/shoal'))
const COMPUTING = new Set(['import', 'retry', 'analyze', 'detect', 'simulate', 'train', 'validate', 'demo'])
if (COMPUTING.has(process.argv[2] ?? '') && !process.argv.includes('--help')) computeAhead()
await import('./program.ts')
