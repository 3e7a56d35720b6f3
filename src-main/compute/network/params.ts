import { z } from 'zod'

/** Settings of the gated network; every one has a default that was chosen on held-out splits (docs/network.md). */
export const gatedNetworkParams = z.strictObject({
  hidden: z
    .number()
    .int()
    .min(4)
    .max(512)
    .default(64)
    .describe('Units that every channel is mapped to; rounded up to a multiple of 4.'),
  dense: z
    .number()
    .int()
    .min(4)
    .max(512)
    .default(32)
    .describe('Units of the dense layer after the channels meet; rounded up to a multiple of 4.'),
  heads: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(5)
    .describe('Networks that are averaged; each is stopped early on a different part of the labels.'),
  epochs: z.number().int().min(1).max(500).default(30).describe('Most passes over the labels.'),
  validate: z
    .boolean()
    .default(true)
    .describe('Hold a part of the labels back to stop by. Without it all passes are made, over all labels.'),
  patience: z
    .number()
    .int()
    .min(1)
    .max(500)
    .default(10)
    .describe('Passes without a smaller loss on the inner validation part before a network stops.'),
  rowsSeen: z
    .number()
    .int()
    .min(1000)
    .default(1_000_000)
    .describe('Most rows that one network sees over all passes; fewer passes are made over many labels.'),
  batch: z.number().int().min(8).max(4096).default(256).describe('Rows of one step.'),
  rate: z.number().positive().max(0.1).default(0.002).describe('Largest learning rate of AdamW.'),
  decay: z.number().min(0).max(10).default(1).describe('Weight decay of AdamW.'),
  dropout: z.number().min(0).max(0.9).default(0.3).describe('Share of units that are left out of each step.'),
  inputDropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe("Share of a row's values that are left out of each step."),
  smoothing: z
    .number()
    .min(0)
    .max(0.4)
    .default(0)
    .describe('Labels are moved so far towards 1/2: 0.1 teaches 0.05 and 0.95.'),
  balance: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('0: every label weighs alike. 1: both classes weigh alike in sum.'),
})
export type GatedNetworkParams = z.infer<typeof gatedNetworkParams>
