import { Command, CommanderError } from 'commander'
import { APP_VERSION } from '../node/paths.ts'
import { analyzeCommand } from './commands/analyze.ts'
import { changesCommand } from './commands/changes.ts'
import { demoCommand } from './commands/demo.ts'
import { detectCommand } from './commands/detect.ts'
import { duplicatesCommand } from './commands/duplicates.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { importCommand } from './commands/import.ts'
import { mappingCommand } from './commands/mapping.ts'
import { infoCommand } from './commands/info.ts'
import { checkCommand } from './commands/check.ts'
import { datasetCommand, modelCommand } from './commands/model.ts'
import { packCommand } from './commands/pack.ts'
import { pathsCommand } from './commands/paths.ts'
import { problemsCommand, retryCommand } from './commands/problems.ts'
import { recipeCommand } from './commands/recipe.ts'
import { rowCommand } from './commands/row.ts'
import { serveCommand } from './commands/serve.ts'
import { similarCommand } from './commands/similar.ts'
import { simulateCommand } from './commands/simulate.ts'
import { trainCommand } from './commands/train.ts'
import { validateCommand } from './commands/validate.ts'
import { verifyCommand } from './commands/verify.ts'
import { EXIT } from './output.ts'

const program = new Command('shoal')
  .description('Investigate suspicious account communities, offline.')
  .version(APP_VERSION)
  .exitOverride()
  .showHelpAfterError('(shoal --help shows the commands)')
for (const add of [
  simulateCommand,
  importCommand,
  mappingCommand,
  changesCommand,
  analyzeCommand,
  detectCommand,
  evaluateCommand,
  infoCommand,
  checkCommand,
  problemsCommand,
  retryCommand,
  rowCommand,
  recipeCommand,
  pathsCommand,
  similarCommand,
  duplicatesCommand,
  trainCommand,
  validateCommand,
  modelCommand,
  datasetCommand,
  packCommand,
  verifyCommand,
  serveCommand,
  demoCommand,
]) {
  add(program)
}
for (const command of program.commands) command.exitOverride().showHelpAfterError()

// Who reads only the beginning (`| head`) has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
}
