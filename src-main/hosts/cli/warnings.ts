import type { Core } from '../../core/app.ts'

type Params = Record<string, string | number>
/** What the reader of scores must know, by the code that the run states. */
const WORDS: Record<string, (params: Params) => string> = {
  trained_on_simulation: () => 'the model was trained on simulated accounts',
  features_missing: ({ missing, of }) => `${missing} of the model's ${of} columns are not in this workspace`,
  most_features_missing: ({ missing, of }) =>
    `${missing} of the model's ${of} columns are not in this workspace: its scores say little here`,
  no_edges: () => 'the graph has no edges',
  few_labels: () => 'few labels: read the scores as rough leads until there are more',
  embedding_not_aligned: () =>
    'the model was trained on another graph; its embedding columns are missing here. Train again with --refit',
  provider_given_up: ({ provider, error }) => `the ONNX provider ${provider} was not used: ${error}`,
}

/** Prints the warnings of a scores run to standard error. */
export async function sayWarnings(core: Core, runId: number): Promise<void> {
  const run = (await core.ask('runs.list', {})).find(({ id }) => id === runId)
  const warnings = (run?.stats['warnings'] ?? []) as { code: string; params: Params }[]
  for (const { code, params } of warnings)
    process.stderr.write(`! ${WORDS[code]?.(params) ?? code.replaceAll('_', ' ')}\n`)
}
