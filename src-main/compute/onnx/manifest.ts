import { z } from 'zod'

/** Element types that a Shoal model may take or give. */
export const DTYPES = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'] as const
export type Dtype = (typeof DTYPES)[number]

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
/** A file beside model.json: no folders, so that a model folder can't point outside itself. */
const fileName = z.string().regex(/^[A-Za-z0-9._-]+$/, 'must be a plain file name in the model folder')

const port = z.strictObject({
  name: z.string().min(1),
  dtype: z.enum(DTYPES),
  /** One entry per dimension: a size, or the name of a size that is known only at run time ('batch'). */
  shape: z.array(z.union([z.number().int().positive(), z.string().min(1)])),
})

/** One input column: which quantity, of which family of evidence, over which relation, after how many hops. */
const feature = z.strictObject({
  name: z.string().min(1),
  family: z.string().min(1),
  relation: z.string().optional(),
  hop: z.number().int().min(0).default(0),
  unit: z.string().optional(),
})

const normalisation = z
  .strictObject({
    mean: z.array(z.number()),
    /** Never 0. */
    std: z.array(z.number().positive()),
    /** Scaled values are cut to [-clip, clip]. */
    clip: z.number().positive(),
  })
  .refine((n) => n.mean.length === n.std.length, {
    message: 'mean and std must have one entry per feature',
  })

/**
 * model.json: what a model folder says about its model.onnx. Described for people in docs/models.md.
 * Unknown keys are errors, so that a misspelt one is found; kind-specific settings go under `params`.
 */
export const manifestSchema = z
  .strictObject({
    schema: z.literal(1),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes'),
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must look like 1.0.0'),
    /** What the app may use it for: 'account_scores', 'report_classes', ... */
    kind: z.string().min(1),
    description: z.string().default(''),
    file: fileName.default('model.onnx'),
    sha256,
    opset: z.number().int().min(7),
    inputs: z.array(port).min(1),
    outputs: z.array(port).min(1),
    features: z.array(feature).optional(),
    normalisation: normalisation.optional(),
    classes: z.array(z.string().min(1)).optional(),
    /** Scores at or above it are shown as above the line, 0..1. */
    threshold: z.number().min(0).max(1).optional(),
    golden: fileName.default('golden.json'),
    /** Largest absolute difference allowed between golden.json and what the provider computes. */
    tolerance: z.number().positive().max(1e-5).default(1e-5),
    card: fileName.default('card.md'),
    trained_on: z.enum(['simulated', 'public', 'workspace']),
    params: z.record(z.string(), z.unknown()).default({}),
    training: z.record(z.string(), z.unknown()).default({}),
    metrics: z.record(z.string(), z.unknown()).default({}),
  })
  .refine((m) => !m.features || !m.normalisation || m.features.length === m.normalisation.mean.length, {
    message: 'normalisation must have one entry per feature',
    path: ['normalisation'],
  })

export type Manifest = z.infer<typeof manifestSchema>
export type Port = Manifest['inputs'][number]

const goldenTensor = z.strictObject({
  dims: z.array(z.number().int().min(0)),
  /** JSON has no NaN: a missing value is null. */
  data: z.array(z.union([z.number(), z.null().transform(() => NaN)])),
})

/** golden.json: inputs and the outputs that training computed for them. */
export const goldenSchema = z.strictObject({
  schema: z.literal(1),
  cases: z
    .array(
      z.strictObject({
        name: z.string().optional(),
        inputs: z.record(z.string(), goldenTensor),
        outputs: z.record(z.string(), goldenTensor),
      }),
    )
    .min(1),
})
export type Golden = z.infer<typeof goldenSchema>
