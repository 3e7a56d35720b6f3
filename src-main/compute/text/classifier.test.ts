import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isCancelled } from '../../common/errors.ts'
import { testWorkspace } from '../graph/test-workspace.ts'
import { classifyTexts, openReportClassifier, REPORT_MODEL } from './classifier.ts'
import type { ReportClassifier } from './classifier.ts'
import { explainText } from './explain.ts'
import { explainReportText, runReportClassesStep } from './step.ts'

const MODELS = fileURLToPath(new URL('../../../models', import.meta.url))
let classifier: ReportClassifier
beforeAll(async () => {
  classifier = await openReportClassifier(MODELS)
})
afterAll(() => classifier.model.release())

const TEXTS = [
  '',
  '😀',
  'sorry, pressed the wrong button',
  'Free entry! win a cash prize now, text WIN to 80086',
  '加微信领红包，日赚500元，名额有限',
  '他冒充客服让我转账，骗了我3000块，请封号',
  '你这种垃圾就不该活着',
  '请问怎么修改昵称？',
  '客服 hi，这个 user 一直 send link',
  'x'.repeat(3000),
]

describe('the shipped classifier', () => {
  test('knows plain cases of every class in both languages', async () => {
    const plain: [string, string][] = [
      ['Ok, see you at lunch then', 'normal'],
      ['请问怎么修改昵称？找不到入口', 'normal'],
      ['Congratulations! You have won a free prize. Call 09061701461 to claim now', 'spam'],
      ['天天在群里发广告，全是二维码', 'spam'],
      ['fake investment app, I paid 3000 and cannot withdraw', 'scam'],
      ['冒充客服让我转账，骗了我三千块', 'scam'],
      ['he keeps insulting me and threatened to come to my house', 'abuse'],
      ['这些黑人都是垃圾，滚回去', 'abuse'],
    ]
    const got = await classifyTexts(
      classifier,
      plain.map(([text]) => text),
    )
    expect(got.map((g) => g.class)).toEqual(plain.map(([, name]) => name))
  })

  test('takes any text: probabilities add up to 1, the class is the likeliest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 8 }),
        async (texts) => {
          const got = await classifyTexts(classifier, texts)
          expect(got).toHaveLength(texts.length)
          for (const { class: name, confidence, probabilities } of got) {
            const values = Object.values(probabilities)
            expect(Object.keys(probabilities)).toEqual(classifier.classes)
            expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5)
            expect(probabilities[name]).toBe(confidence)
            expect(confidence).toBe(Math.max(...values))
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test('gives a text the same class alone, among others and in any order', async () => {
    const together = await classifyTexts(classifier, TEXTS)
    const reversed = (await classifyTexts(classifier, [...TEXTS].reverse())).reverse()
    const many = await classifyTexts(
      classifier,
      Array.from({ length: 600 }, (_, i) => TEXTS[i % TEXTS.length]),
    )
    for (const [i, text] of TEXTS.entries()) {
      const [alone] = await classifyTexts(classifier, [text])
      for (const other of [together[i], reversed[i], many[i], many[590 + i]]) {
        expect(other.class).toBe(alone.class)
        for (const name of classifier.classes)
          expect(other.probabilities[name]).toBeCloseTo(alone.probabilities[name], 5)
      }
    }
  })

  test('reads a megabyte, and nothing', async () => {
    const long = '加微信领红包 cash prize 😀 '.repeat(60_000)
    expect(long.length).toBeGreaterThan(1_000_000)
    const [{ confidence }] = await classifyTexts(classifier, [long])
    expect(confidence).toBeGreaterThan(0.25)
    expect(await classifyTexts(classifier, [])).toEqual([])
  })

  test('case, width and hidden characters do not change the class of a text', async () => {
    const [plain, wide, hidden] = await classifyTexts(classifier, [
      'win a free prize',
      'ＷＩＮ　Ａ　ＦＲＥＥ　ＰＲＩＺＥ',
      'w\u200bin a fr\u200dee pri\u00adze',
    ])
    expect(wide).toEqual(plain)
    expect(hidden).toEqual(plain)
  })
})

describe('explanations', () => {
  test('spans lie in the text, apart, on whole characters, and push towards the class', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...TEXTS.slice(0, 9)), fc.string({ unit: 'grapheme', maxLength: 60 })),
        async (text) => {
          const { spans, class: name } = await explainText(classifier, text)
          expect(classifier.classes).toContain(name)
          const ordered = [...spans].sort((a, b) => a.start - b.start)
          let last = 0
          for (const { start, end, weight } of ordered) {
            expect(start).toBeGreaterThanOrEqual(last)
            expect(end).toBeGreaterThan(start)
            expect(end).toBeLessThanOrEqual(text.length)
            expect(weight).toBeGreaterThan(0)
            const piece = text.slice(start, end)
            expect(piece.trim()).toBe(piece)
            expect(piece.isWellFormed()).toBe(true)
            last = end
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('characters’ parts add up to the lead of the class', async () => {
    for (const text of TEXTS.slice(1, 9)) {
      const { spans, total, probabilities, class: name } = await explainText(classifier, text, 1000)
      // Positive spans hold at least the whole lead; what is left out pushed less, or the other way.
      const sum = spans.reduce((a, s) => a + s.weight, 0)
      expect(sum).toBeGreaterThan(total * 0.8)
      expect(probabilities[name]).toBe(Math.max(...Object.values(probabilities)))
    }
  })

  test('find what was put into a harmless text', async () => {
    const harmless = 'Ok see you at lunch tomorrow then, '
    const hook = 'call 08001234567 now to claim your free prize'
    const { class: name, spans } = await explainText(classifier, harmless + hook + ' bye')
    expect(name).toBe('spam')
    expect(spans[0].start).toBeGreaterThanOrEqual(harmless.length - 4)
  })
})

describe('a model that was changed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-text-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const changed = (change: (manifest: Record<string, never>) => void): string => {
    cpSync(join(MODELS, REPORT_MODEL), join(folder, REPORT_MODEL), { recursive: true })
    const file = join(folder, REPORT_MODEL, 'model.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, never>
    change(manifest)
    writeFileSync(file, JSON.stringify(manifest))
    return folder
  }

  test('other hashing is refused', async () => {
    const dir = changed((m) => (m['params']['hashing']['maxN'] = 5 as never))
    await expect(openReportClassifier(dir)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('hashing maxN 5'),
    })
  })

  test('texts that come out otherwise than in training are refused', async () => {
    const dir = changed((m) => {
      const [first] = m['params']['golden_texts'] as unknown as { probabilities: number[] }[]
      first.probabilities[0] += 2e-5
    })
    await expect(openReportClassifier(dir)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringContaining('differs from training'),
    })
  })

  test('another kind of model is refused', async () => {
    const dir = changed((m) => (m['kind'] = 'account_scores' as never))
    await expect(openReportClassifier(dir)).rejects.toMatchObject({ code: 'model_invalid' })
  })
})

describe('the step', () => {
  test('classifies the reports of ready sources, and cites the model', async () => {
    const ws = testWorkspace()
    try {
      ws.accounts('a')
      const insert = ws.db.prepare(
        'INSERT INTO report (key, account_id, text, source_id, row) VALUES (?, 1, ?, ?, ?)',
      )
      for (let i = 0; i < 2500; i++) insert.run(`r${i}`, TEXTS[i % TEXTS.length], 1, i + 1)
      insert.run('hidden', 'not yet', 2, 1)
      const ctx = { ...ws.ctx, modelsDir: MODELS }
      const { runId, reports, provider } = await runReportClassesStep(ctx)
      expect({ reports, provider }).toEqual({ reports: 2500, provider: 'cpu' })
      const run = ws.db.prepare('SELECT * FROM run WHERE id = ?').get(runId) as Record<string, string>
      expect(run).toMatchObject({
        kind: 'report_classes',
        status: 'done',
        model_name: REPORT_MODEL,
        model_sha256: classifier.model.sha256,
        provider: 'cpu',
      })
      const rows = ws.db
        .prepare('SELECT * FROM report_class WHERE run_id = ? ORDER BY report_id')
        .all(runId) as { class: string; confidence: number; probabilities: string }[]
      expect(rows).toHaveLength(2500)
      const want = await classifyTexts(classifier, TEXTS)
      for (const [i, row] of rows.entries()) {
        expect(row.class).toBe(want[i % TEXTS.length].class)
        expect((JSON.parse(row.probabilities) as Record<string, number>)[row.class]).toBe(row.confidence)
      }
      const counts = (JSON.parse(run['stats']) as { classes: Record<string, number> }).classes
      expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(2500)

      ws.abort()
      const failure = await runReportClassesStep(ctx).catch((error: unknown) => error)
      expect(isCancelled(failure)).toBe(true)
    } finally {
      ws.close()
    }
  })

  test('no reports: an empty run', async () => {
    const ws = testWorkspace()
    try {
      const { runId, reports } = await runReportClassesStep({ ...ws.ctx, modelsDir: MODELS })
      expect(reports).toBe(0)
      expect(ws.db.prepare('SELECT status FROM run WHERE id = ?').pluck().get(runId)).toBe('done')
    } finally {
      ws.close()
    }
  })

  test('explains one text for a reader', async () => {
    const ws = testWorkspace()
    try {
      const ctx = { ...ws.ctx, modelsDir: MODELS }
      const text = '他冒充客服让我转账，骗了我3000块'
      const { class: name, spans } = await explainReportText(ctx, text)
      expect(name).toBe('scam')
      expect(spans.length).toBeGreaterThan(0)
      await expect(explainReportText(ws.ctx, text)).rejects.toMatchObject({ code: 'model_invalid' })
    } finally {
      ws.close()
    }
  })
})
