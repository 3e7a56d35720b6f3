import { z } from 'zod'
import { method } from './method.ts'

/** What a step points at: an element of a view, with a few words beside it. */
export const highlightSchema = z.object({
  kind: z.enum(['account', 'community', 'entity', 'span', 'report']),
  /** Account, community, entity or report id. */
  id: z.number().int().nullable(),
  span: z.object({ from: z.number(), to: z.number() }).nullable().default(null),
  en: z.string().max(200).default(''),
  zh: z.string().max(200).default(''),
})
export type Highlight = z.infer<typeof highlightSchema>

export interface StoryStep {
  id: number
  /** Slices of the screen (contract/session.ts). */
  state: Record<string, unknown>
  titleEn: string
  titleZh: string
  textEn: string
  textZh: string
  highlights: Highlight[]
  createdAt: number
  createdBy: string
}
export interface StoryRow {
  id: number
  name: string
  caseId: number | null
  steps: number
  createdAt: number
  createdBy: string
}
export interface Story extends StoryRow {
  stepRows: StoryStep[]
}

const id = z.number().int()
const stepParts = {
  titleEn: z.string().max(200).optional(),
  titleZh: z.string().max(200).optional(),
  textEn: z.string().max(5000).optional(),
  textZh: z.string().max(5000).optional(),
  highlights: z.array(highlightSchema).max(20).optional(),
}
export const storyMethods = {
  'stories.list': method(z.object({ caseId: id.optional() })).returns<StoryRow[]>(),
  'stories.get': method(z.object({ id })).returns<Story>(),
  'stories.create': method(
    z.object({ name: z.string().trim().min(1).max(200), caseId: id.nullable().default(null) }),
  ).returns<Story>(),
  'stories.rename': method(z.object({ id, name: z.string().trim().min(1).max(200) })).returns<Story>(),
  'stories.remove': method(z.object({ id })).returns<null>(),
  'stories.addStep': method(
    z.object({
      storyId: id,
      after: id.nullable().default(null),
      state: z.record(z.string(), z.unknown()),
      ...stepParts,
    }),
  ).returns<Story>(),
  'stories.updateStep': method(
    z.object({ stepId: id, state: z.record(z.string(), z.unknown()).optional(), ...stepParts }),
  ).returns<Story>(),
  'stories.moveStep': method(z.object({ stepId: id, after: id.nullable() })).returns<Story>(),
  'stories.removeStep': method(z.object({ stepId: id })).returns<Story>(),
}
