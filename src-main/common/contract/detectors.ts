import { z } from 'zod'
import { method } from './method.ts'
import type { Job } from './jobs.ts'

/** One parameter of a detector: forms, validation, flags and the journal are made from it. */
export interface ParamInfo {
  name: string
  kind: 'integer' | 'number' | 'boolean' | 'choice' | 'accounts'
  default: unknown
  min?: number
  max?: number
  choices?: string[]
  /** One English sentence; the catalogue has its translation under detector.<id>.<name>. */
  help: string
}

export interface DetectorInfo {
  id: string
  version: string
  params: ParamInfo[]
  /** What it reads beside the graph. */
  needs: ('sharing' | 'events' | 'labels')[]
  /** An account may be in several of its communities. */
  overlapping: boolean
  /** Paper or book. */
  source: string
  help: string
}

export interface DetectResult {
  runId: number
  graphRunId: number
  detector: string
  params: Record<string, unknown>
  seed: number
  communities: number
  members: number
  /** Modularity of the partition at resolution 1; null for overlapping results. */
  modularity: number | null
  allConnected: boolean
  /** Mean stability over communities (0..1), null where it was not measured. */
  stability: number | null
  /** The detector alone. */
  seconds: number
  peakRssBytes: number
}

export const detectorMethods = {
  'detectors.list': method(z.object({})).returns<DetectorInfo[]>(),
  /** Runs a detector on a graph run (default: the newest shown) as a job of kind 'detect'. */
  'detectors.start': method(
    z.object({
      detector: z.string(),
      params: z.record(z.string(), z.unknown()).default({}),
      graphRunId: z.number().int().optional(),
      seed: z.number().int().min(0).default(1),
      /** Also measure stability, which takes several more runs. */
      stability: z.boolean().default(true),
    }),
  ).returns<Job>(),
}
