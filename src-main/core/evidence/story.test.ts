import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { storyHandlers } from '../stories/service.ts'
import { exportPack } from './export.ts'
import { KEYS, makeWorkspace } from './testing/workspace.ts'
import { verifyPack } from './verify.ts'

const call = { signal: new AbortController().signal }

test('the stories of the case are in its pack, in both languages; no other story is, not even in the journal', async () => {
  const w = await makeWorkspace()
  const on = storyHandlers(w.ctx)
  const mine = await on['stories.create']({ name: 'One device', caseId: w.caseId }, call)
  await on['stories.addStep'](
    {
      storyId: mine.id,
      after: null,
      state: {},
      titleEn: `What ${KEYS[0]} did`,
      titleZh: '第一步',
      textEn: 'Together.\n<script>alert(1)</script>',
      highlights: [{ kind: 'account', id: 1, span: null, en: 'the hub', zh: '' }],
    },
    call,
  )
  const other = await on['stories.create']({ name: 'Secret plans', caseId: null }, call)
  await on['stories.addStep']({ storyId: other.id, after: null, state: {}, titleEn: 'Secret step' }, call)

  const read = async (pseudonyms: boolean) => {
    const pack = await exportPack(w.ctx, { caseId: w.caseId, out: w.out, pseudonyms })
    expect((await verifyPack(pack.path)).problems).toEqual([])
    const names = readdirSync(pack.path, { recursive: true, encoding: 'utf8' })
    const texts = names.filter((name) => /\.(?:md|txt|jsonl|html|json)$/.test(name))
    const all = texts.map((name) => readFileSync(join(pack.path, name), 'utf8')).join('\n')
    return { all, story: readFileSync(join(pack.path, 'data/story/story-1.md'), 'utf8') }
  }
  const plain = await read(false)
  expect(plain.story).toContain(`### What ${KEYS[0]} did`)
  expect(plain.story).toContain('### 第一步')
  expect(plain.story).toContain(`- ${KEYS[0]} · the hub`)
  expect(plain.story).not.toContain('<script')
  expect(plain.all).not.toContain('Secret')
  expect(plain.all).toContain('story/*.md')

  const hidden = await read(true)
  expect(hidden.story).toContain('What account~1 did')
  expect(hidden.all).not.toContain(KEYS[0])
})

test('pictures of the steps lie beside the story; who is hidden in them is told apart where a step points', async () => {
  const w = await makeWorkspace()
  const on = storyHandlers(w.ctx)
  const mine = await on['stories.create']({ name: 'One device', caseId: w.caseId }, call)
  const point = { kind: 'account' as const, id: 1, span: null, en: 'the hub', zh: '' }
  const step = (titleEn: string) =>
    on['stories.addStep']({ storyId: mine.id, after: null, state: {}, titleEn, highlights: [point] }, call)
  await step('First')
  const { stepRows } = await step('Second')
  const other = await on['stories.create']({ name: 'Secret plans', caseId: null }, call)
  const secret = await on['stories.addStep']({ storyId: other.id, after: null, state: {} }, call)
  const png = Buffer.from('89504e470d0a1a0a00', 'hex')
  const pictures = new Map([
    [stepRows[1]!.id, png],
    [secret.stepRows[0]!.id, png],
  ])

  const pack = await exportPack(w.ctx, { caseId: w.caseId, out: w.out, pseudonyms: true, pictures })
  expect((await verifyPack(pack.path)).problems).toEqual([])
  const folder = join(pack.path, 'data/story')
  expect(readdirSync(folder).sort()).toEqual(['story-1-02.png', 'story-1.md'])
  expect(readFileSync(join(folder, 'story-1-02.png'))).toEqual(png)
  const text = readFileSync(join(folder, 'story-1.md'), 'utf8')
  expect(text.match(/!\[.*\]\(.*\)/g)).toEqual(['![2](story-1-02.png)'])
  expect(text).toMatch(/- account~1 · in the picture 图中: [A-Z][a-z]{7}·[0-9a-f]{2} · the hub/)

  const bad = new Map([[stepRows[0]!.id, Buffer.from('<svg onload=alert(1)>')]])
  await expect(
    exportPack(w.ctx, { caseId: w.caseId, out: w.out, pseudonyms: false, pictures: bad }),
  ).rejects.toMatchObject({ code: 'invalid_input' })
})
