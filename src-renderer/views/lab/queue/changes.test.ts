import { expect, it } from 'vitest'
import { changesOf, type Scored } from './changes.ts'

const row = (id: number, score: number | null): Scored => ({
  id,
  key: `a${id}`,
  score,
  community: null,
  verdict: null,
  label: null,
})

it('says who came, who went and who moved', () => {
  const changes = changesOf(
    [row(1, 0.9), row(2, 0.8), row(3, 0.7)],
    [row(1, 0.95), row(4, 0.9), row(3, 0.2)],
    [row(2, 0.1)],
  )
  expect(changes.stayed).toBe(2)
  expect(changes.entered.map((r) => r.id)).toEqual([4])
  expect(changes.left.map((r) => [r.id, r.after])).toEqual([[2, 0.1]])
  expect(changes.moved.map((r) => r.id)).toEqual([3, 1])
  expect(changes.moved[0]).toMatchObject({ before: 0.7, after: 0.2 })
})

it('has nothing to move where there were no scores before', () => {
  const changes = changesOf([row(1, null)], [row(1, 0.5)])
  expect(changes).toMatchObject({ stayed: 1, entered: [], left: [], moved: [] })
})
