import type { Command } from 'commander'
import type {
  DesignComparison,
  DesignPair,
  DesignResult,
  Estimate,
} from '../../../common/contract/recipes.ts'
import type { Core } from '../../../core/app.ts'
import { listDesigns, listRecipes } from '../../../core/recipes/queries.ts'
import { saveRecipe, startBuild, startShow } from '../../../core/recipes/service.ts'
import { printJson, say } from '../output.ts'
import { readRecipe } from '../recipe-argument.ts'
import { integerOption, run } from '../run.ts'
import { finishJob, withCore, workspacePath } from '../session.ts'

interface Json {
  json?: boolean
}

/** Designing the graph from the command line: the same recipes, builds and comparisons as in the app. */
export function recipeCommand(program: Command): void {
  const recipe = program
    .command('recipe')
    .description('design the graph: save, preview, build, compare, show')
  const on = (workspace: string, options: Json, work: (core: Core) => Promise<void>) =>
    run(options.json, () =>
      withCore(async (core) => {
        await core.open(workspacePath(workspace), false)
        await work(core)
      }),
    )
  const sub = (name: string, description: string) =>
    recipe
      .command(name)
      .argument('<workspace>')
      .description(description)
      .option('--json', 'print one JSON document')
      .exitOverride()
      .showHelpAfterError()

  sub('list', 'saved recipes and built designs').action((workspace: string, options: Json) =>
    on(workspace, options, async (core) => {
      const { db } = core.context.open()
      const saved = listRecipes(db)
      const designs = listDesigns(db)
      if (options.json) return printJson({ saved, designs })
      for (const r of saved) say(`${r.name}@${r.revision}  saved by ${r.savedBy}  ${r.sha256.slice(0, 12)}`)
      for (const d of designs)
        say(
          `run ${d.communitiesRunId}${d.shown ? ' (shown)' : ''}  ${d.recipe.name}, ${d.detector}: ` +
            `${count(d.edges)} edges, ${count(d.communities)} communities`,
        )
    }),
  )
  sub('save', 'saves a recipe file as a new version under its name')
    .argument('<file>')
    .action((workspace: string, file: string, options: Json) =>
      on(workspace, options, async (core) => {
        const saved = saveRecipe(core.context, readRecipe(core, file))
        if (options.json) printJson(saved)
        else say(`Saved as ${saved.name}@${saved.revision}.`)
      }),
    )
  sub('show', 'prints a saved recipe as JSON, every setting filled in')
    .argument('<recipe>', 'a file, NAME or NAME@REVISION')
    .action((workspace: string, given: string, options: Json) =>
      on(workspace, options, async (core) => printJson(readRecipe(core, given))),
    )
  sub('preview', 'what a recipe would yield, before it is built')
    .argument('<recipe>', 'a file, NAME or NAME@REVISION')
    .action((workspace: string, given: string, options: Json) =>
      on(workspace, options, async (core) => {
        const preview = await core.context.compute.call('compute.previewRecipe', {
          workspace: core.context.open().path,
          recipe: readRecipe(core, given),
        })
        if (options.json) return printJson(preview)
        say(`${estimate(preview.edges)} edges among ${count(preview.accounts)} accounts,`)
        say(`${estimate(preview.isolated)} of them alone; mean degree ${preview.meanDegree.value.toFixed(2)}`)
        for (const c of preview.channels)
          say(`  ${c.id}: ${estimate(c.edges)} edges${c.hubsCapped ? `, ${count(c.hubsCapped)} hubs` : ''}`)
        if (preview.sampled < preview.accounts) say(`estimated from ${count(preview.sampled)} accounts`)
      }),
    )
  sub('build', 'builds a recipe and its communities for comparing; what is shown stays')
    .argument('<recipe>', 'a file, NAME or NAME@REVISION')
    .option('--detector <id>', 'community detector; `shoal detect --list` names them')
    .option('--seed <s>', 'seed of the communities', integerOption, 1)
    .action((workspace: string, given: string, options: Json & { detector?: string; seed: number }) =>
      on(workspace, options, async (core) => {
        const { seed, detector } = options
        const built = startBuild(core.context, core.session()!, readRecipe(core, given), { seed, detector })
        const result = await finishJob(core, built)
        if (options.json) printJson(result)
        else say(`Built: communities run ${String(result['communitiesRunId'])}.`)
      }),
    )
  sub('compare', 'built designs side by side')
    .argument('<runs...>', 'communities runs; `recipe list` names them')
    .action((workspace: string, runs: string[], options: Json) =>
      on(workspace, options, async (core) => {
        const comparison = await core.context.compute.call('compute.compareDesigns', {
          workspace: core.context.open().path,
          communitiesRunIds: runs.map(integerOption),
        })
        if (options.json) printJson(comparison)
        else sayComparison(comparison)
      }),
    )
  sub('use', 'makes a built design what the app shows')
    .argument('<run>', 'a communities run', integerOption)
    .action((workspace: string, communitiesRun: number, options: Json) =>
      on(workspace, options, async (core) => {
        const result = await finishJob(core, startShow(core.context, core.session()!, communitiesRun))
        if (options.json) printJson(result)
        else say(`Run ${communitiesRun} is shown.`)
      }),
    )
}

const count = (n: number) => n.toLocaleString('en-US')
const estimate = ({ value, low, high }: Estimate): string =>
  low === high
    ? count(value)
    : `about ${count(Math.round(value))} (95%: ${count(Math.round(low))} to ${count(Math.round(high))})`

function sayComparison({ designs, pairs }: DesignComparison): void {
  for (const d of designs) sayDesign(d)
  for (const pair of pairs) sayPair(pair)
}

function sayDesign(d: DesignResult): void {
  say(`run ${d.communitiesRunId}: ${d.recipe.name}, ${d.detector}`)
  say(`  ${count(d.edges)} edges, ${(100 * d.covered).toFixed(1)}% of accounts joined`)
  say(`  ${count(d.communities)} communities, the largest of ${count(d.largest)}`)
  if (d.badGivenBad === null) say('  no labelled neighbours: label columns cannot be computed')
  else
    say(
      `  P(bad neighbour | bad) ${d.badGivenBad.value.toFixed(3)} ` +
        `[${d.badGivenBad.low.toFixed(3)}, ${d.badGivenBad.high.toFixed(3)}], base rate ${d.badGivenBad.baseRate.toFixed(3)}`,
    )
}

function sayPair(p: DesignPair): void {
  say(
    `runs ${p.a} and ${p.b}: ${count(p.edgesShared)} edges shared (Jaccard ${p.edgeJaccard.toFixed(3)}), ` +
      `NMI ${p.nmi.toFixed(3)}, ARI ${p.ari.toFixed(3)}, ${p.agreeing} of ${p.comparedCommunities} communities agree`,
  )
}
