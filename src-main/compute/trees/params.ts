import { z } from 'zod'

/** Settings of histogram boosting; where the defaults come from is told in docs/trees.md. */
export const boostingParams = z.strictObject({
  trees: z.number().int().min(1).max(5000).default(150).describe('Trees that are added up.'),
  rate: z
    .number()
    .positive()
    .max(1)
    .default(0.06)
    .describe('Share of each tree that is added (learning rate).'),
  leaves: z.number().int().min(2).max(1024).default(15).describe('Most leaves of a tree.'),
  leafRows: z.number().int().min(1).max(100_000).default(20).describe('Fewest labelled accounts in a leaf.'),
  leafHessian: z.number().min(0).max(1000).default(0.001).describe('Least sum of p(1 − p) in a leaf.'),
  l2: z.number().min(0).max(10_000).default(5).describe('Shrinks leaves that hold little (λ).'),
  columnsPerTree: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe('Share of the columns, drawn for each tree.'),
  columnsPerSplit: z
    .number()
    .positive()
    .max(1)
    .default(0.5)
    .describe("Share of a tree's columns, drawn for each split."),
  rowShare: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('Share of the labelled accounts, drawn for each tree.'),
  bins: z.number().int().min(4).max(255).default(255).describe('Most bins that a column is divided into.'),
})
export type BoostingParams = z.infer<typeof boostingParams>

/** Settings of extremely randomised trees. */
export const extraTreesParams = z.strictObject({
  trees: z.number().int().min(1).max(5000).default(200).describe('Trees whose probabilities are averaged.'),
  leafRows: z.number().int().min(1).max(100_000).default(3).describe('Fewest labelled accounts in a leaf.'),
  columnsPerSplit: z
    .number()
    .positive()
    .max(1)
    .default(0.3)
    .describe('Share of the columns, drawn for each split.'),
  depth: z.number().int().min(1).max(64).default(32).describe('Most splits from root to leaf.'),
  bins: z.number().int().min(4).max(255).default(255).describe('Most bins that a column is divided into.'),
})
export type ExtraTreesParams = z.infer<typeof extraTreesParams>
