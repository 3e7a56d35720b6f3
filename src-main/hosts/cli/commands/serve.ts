import type { Command } from 'commander'
import { createNodeCore } from '../../node/create.ts'
import { ensureRenderer } from '../../node/renderer-files.ts'
import { serveNode } from '../../node/server.ts'
import { isWorkspace } from '../../../core/db/open.ts'
import { followOpening } from '../opening.ts'
import { printJson, say } from '../output.ts'
import { integerOption, run } from '../run.ts'
import { workspacePath } from '../session.ts'

export function serveCommand(program: Command): void {
  program
    .command('serve')
    .argument('[workspace]', 'opened at start; made when it is not there yet')
    .description('serve the app to a browser on this machine')
    .option('--port <p>', 'port on 127.0.0.1; any free one by default', integerOption, 0)
    .option('--renderer <dir>', 'another build of the app, for development')
    .option('--json', 'print one JSON document with the address')
    .action((workspace: string | undefined, options: { port: number; renderer?: string; json?: boolean }) =>
      run(options.json, () => serve(workspace, options)),
    )
}

/** Serves until the process is told to stop. */
export async function serve(
  workspace: string | undefined,
  options: { port: number; renderer?: string; json?: boolean },
): Promise<void> {
  const core = createNodeCore()
  followOpening(core)
  try {
    if (workspace !== undefined) {
      const path = workspacePath(workspace)
      await core.open(path, !isWorkspace(path))
    }
    const server = await serveNode(core, {
      port: options.port,
      rendererDir: options.renderer ?? ensureRenderer(),
    })
    if (options.json) printJson({ url: server.url, port: server.port, pid: process.pid })
    else {
      process.stdout.write(`${server.url}\n`)
      say('Open this address in a browser on this machine. Ctrl+C stops.')
    }
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    await server.close()
  } finally {
    await core.close()
  }
}
