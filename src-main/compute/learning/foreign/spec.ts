import { join } from 'node:path'
import { z } from 'zod'
import { ShoalError } from '../../../common/errors.ts'
import type { Manifest } from '../../onnx/manifest.ts'

/** What model.json `params` says of a message-passing network (docs/models.md). */
export const messagePassingSchema = z
  .object({
    engine: z.literal('message_passing'),
    /** Layers that look at neighbours: a score depends on nothing farther away. */
    hops: z.number().int().min(1).max(8),
    /** The edges it is given: the whole graph, or one channel ('relation:friend'). */
    relation: z.string().default('all'),
    /** What `edge_weight` holds: 1, the graph's weight, D⁻¹W, or D^-½WD^-½ of the whole graph. */
    edge_weight: z.enum(['none', 'raw', 'row', 'symmetric']).default('none'),
    /** What the output is; a margin goes through the logistic function. */
    output: z.enum(['probability', 'margin']).default('probability'),
  })
  .loose()
export type MessagePassing = z.infer<typeof messagePassingSchema>

export const FOREIGN_INPUTS = ['x', 'edge_index', 'edge_weight'] as const

/** Engines of models that score accounts: columns in, or a graph in, or the network that ships with the app. */
export type Engine = 'table' | 'message_passing' | 'account_gnn'

/** Which engine runs a model; throws model_invalid for one that scores something else. */
export function engineOf(manifest: Manifest, dir: string): Engine {
  const file = join(dir, 'model.json')
  if (manifest.kind !== 'account_scores')
    throw new ShoalError(
      'model_invalid',
      `${file}: kind is '${manifest.kind}', only 'account_scores' scores accounts.`,
      {
        file,
      },
    )
  const engine = manifest.params['engine']
  if (engine === 'table' || engine === 'message_passing') return engine
  if (engine === undefined && manifest.name === 'account-gnn') return 'account_gnn'
  throw new ShoalError(
    'model_invalid',
    `${file}: params.engine must be 'table' or 'message_passing', not ${JSON.stringify(engine ?? null)}.`,
    { file },
  )
}

/** The message-passing settings of a manifest whose ports fit them; throws model_invalid naming the key. */
export function messagePassingOf(manifest: Manifest, dir: string): MessagePassing {
  const file = join(dir, 'model.json')
  const fail = (what: string) => new ShoalError('model_invalid', `${file}: ${what}`, { file })
  const parsed = messagePassingSchema.safeParse(manifest.params)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw fail(`params.${issue.path.join('.')}: ${issue.message}`)
  }
  const spec = parsed.data
  const features = manifest.features?.length
  if (!features) throw fail('features must name the columns of x, in order.')
  const wanted = new Map<
    string,
    { dtype: string; check(shape: readonly (number | string)[]): boolean; shape: string }
  >([
    [
      'x',
      {
        dtype: 'float32',
        shape: `["nodes", ${features}]`,
        check: (s) => s.length === 2 && typeof s[0] === 'string' && s[1] === features,
      },
    ],
    [
      'edge_index',
      {
        dtype: 'int64',
        shape: '[2, "edges"]',
        check: (s) => s.length === 2 && s[0] === 2 && typeof s[1] === 'string',
      },
    ],
  ])
  if (spec.edge_weight !== 'none')
    wanted.set('edge_weight', {
      dtype: 'float32',
      shape: '["edges"]',
      check: (s) => s.length === 1 && typeof s[0] === 'string',
    })
  for (const [name, { dtype, shape, check }] of wanted) {
    const port = manifest.inputs.find((p) => p.name === name)
    if (!port || port.dtype !== dtype || !check(port.shape))
      throw fail(`a message-passing model needs the input '${name}', ${dtype} ${shape}.`)
  }
  for (const { name } of manifest.inputs)
    if (!wanted.has(name))
      throw fail(`input '${name}' is not one that Shoal can give (${FOREIGN_INPUTS.join(', ')}).`)
  const [output] = manifest.outputs
  if (
    manifest.outputs.length !== 1 ||
    output.dtype !== 'float32' ||
    output.shape.length !== 2 ||
    output.shape[1] !== 1
  )
    throw fail('it must have one output, float32 ["nodes", 1].')
  return spec
}
