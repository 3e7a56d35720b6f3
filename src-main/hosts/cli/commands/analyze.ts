import type { Command } from 'commander'
import { DEFAULT_RECIPE, recipeSchema } from '../../../common/recipe.ts'
import { shownRecipe } from '../../../core/recipes/queries.ts'
import { printJson, say, formatSeconds } from '../output.ts'
import { readRecipe } from '../recipe-argument.ts'
import { integerOption, run } from '../run.ts'
import { analyzeOpen, withCore, workspacePath } from '../session.ts'

interface Options {
  freshLayout?: boolean
  recipe?: string
  seed: number
  hubCap?: number
  minShared?: number
  halfLife?: string
  json?: boolean
}

export function analyzeCommand(program: Command): void {
  program
    .command('analyze')
    .argument('<workspace>')
    .description('graph, communities, layout, scores, login anomalies, report classes')
    .option('--seed <s>', 'seed of the communities', integerOption, 1)
    .option('--recipe <recipe>', 'a recipe file, NAME or NAME@REVISION; the options below change it')
    .option('--hub-cap <n>', 'an entity with more accounts makes no edges', integerOption)
    .option('--min-shared <n>', 'shared entities of a type that make an edge', integerOption)
    .option('--half-life <days>', 'half-life of an edge in days; "none" for no decay')
    .option('--fresh-layout', 'draw the map anew instead of going on from the earlier one')
    .option('--json', 'print one JSON document')
    .action((workspace: string, options: Options) =>
      run(options.json, () =>
        withCore(async (core) => {
          await core.open(workspacePath(workspace), false)
          const base =
            options.recipe === undefined
              ? (shownRecipe(core.context.open().db) ?? DEFAULT_RECIPE)
              : readRecipe(core, options.recipe)
          const recipe = recipeSchema.parse({
            ...base,
            entities: {
              ...base.entities,
              ...(options.hubCap !== undefined && { hubCap: options.hubCap }),
              ...(options.minShared !== undefined && { minShared: options.minShared }),
            },
            ...(options.halfLife !== undefined && {
              decayHalfLifeDays: options.halfLife === 'none' ? null : Number(options.halfLife),
            }),
          })
          const result = await analyzeOpen(core, {
            recipe,
            seed: options.seed,
            freshLayout: options.freshLayout,
          })
          if (options.json) printJson(result)
          else sayAnalysis(result)
        }),
      ),
    )
}

/** What an analysis found, in a few lines. */
export function sayAnalysis(result: Record<string, unknown>): void {
  const n = (key: string) => (result[key] as number).toLocaleString('en-US')
  say(`${n('accounts')} accounts, ${n('edges')} edges, ${n('communities')} communities`)
  say(
    `${n('scored')} accounts scored (ONNX on ${String(result['provider'])}); a score is a lead, not a verdict`,
  )
  say(`${n('anomalies')} login and registration anomalies; ${n('reports')} reports classified`)
  say(`in ${formatSeconds(result['seconds'] as number)}`)
}
