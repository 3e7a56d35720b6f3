import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeFigure, wrap } from './figure.ts'
import { facesFor, readRanges, type FontFace } from './fonts.ts'
import { textsOf, type Scene } from './scene.ts'
import { sceneToSvg } from './svg.ts'

const parse = (svg: string) => new DOMParser().parseFromString(svg, 'image/svg+xml')

describe('an SVG', () => {
  it('is well formed whatever the texts hold, and says them unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const scene: Scene = {
          width: 10,
          height: 10,
          background: '#fff',
          items: [{ kind: 'text', x: 1, y: 2, text, size: 12, fill: '#000' }],
        }
        const doc = parse(sceneToSvg(scene, { title: text }))
        expect(doc.querySelector('parsererror')).toBeNull()
        const said = text.replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '').toWellFormed()
        expect(doc.querySelector('text')!.textContent).toBe(said)
      }),
      { numRuns: 20, examples: [['\r'], ['a\r\nb']] }, // the parser is slow
    )
  })

  it('draws every kind of item, clips groups, and embeds nothing that could run', () => {
    const svg = sceneToSvg({
      width: 100,
      height: 50,
      background: null,
      items: [
        {
          kind: 'group',
          x: 5,
          scale: 2,
          clip: { x: 0, y: 0, w: 10, h: 10 },
          items: [
            { kind: 'rect', x: 0, y: 0, w: 4, h: 4, r: 1, fill: 'red', dash: [1, 2], stroke: 'blue' },
            { kind: 'line', x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'red', line: 2 },
            { kind: 'circle', x: 1, y: 1, r: 1, fill: 'red', opacity: 0.5 },
            { kind: 'path', d: 'M0 0L1 1', stroke: 'red', matrix: [1, 0, 0, 1, 3, 4] },
            { kind: 'image', x: 0, y: 0, w: 1, h: 1, href: 'data:image/png;base64,AA' },
          ],
        },
      ],
    })
    const doc = parse(svg)
    const group = doc.querySelector('svg > g')!
    expect(group.getAttribute('transform')).toBe('translate(5 0) scale(2)')
    const inner = group.querySelector('g')!
    expect([...inner.children].map((one) => one.tagName)).toEqual(['rect', 'line', 'circle', 'path', 'image'])
    expect(inner.getAttribute('clip-path')).toBe(`url(#${doc.querySelector('clipPath')!.id})`)
    expect(doc.querySelector('rect[stroke-dasharray="1 2"]')).not.toBeNull()
    expect(doc.querySelectorAll('script, foreignObject')).toHaveLength(0)
  })
})

describe('lines', () => {
  const width = (text: string) => [...text].length
  it('are no wider than their room, and lose nothing but spaces', () => {
    const words = fc.array(
      fc.constantFrom('ab', 'cdefgh', '账号', '，', '。', 'x', ' ', '\n', 'ijklmnopqrst'),
      {
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(words, fc.integer({ min: 3, max: 20 }), (pieces, room) => {
        const text = pieces.join('')
        const lines = wrap(text, room, width)
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        for (const line of lines) expect(width(line)).toBeLessThanOrEqual(room)
      }),
    )
  })
  it('do not begin with closing punctuation where there is room for it', () => {
    expect(wrap('同一晚注册，夜里', 6, width)).toEqual(['同一晚注册，', '夜里'])
    expect(wrap('同一晚注册，夜里', 5, width)[1]).toMatch(/^册，/)
  })
})

describe('a figure', () => {
  it('says caption, simulated data and where it comes from below the view', () => {
    const view: Scene = { width: 300, height: 200, background: '#eee', items: [] }
    const colors = { background: '#fff', text: '#000', quiet: '#555', line: '#ccc', amber: '#850' }
    const words = {
      caption: '同一晚注册的账号',
      simulated: '模拟数据',
      footer: ['sample · 6,000', 'Shoal 0.1.0 · L. Chen'],
    }
    const figure = composeFigure(view, words, colors, (text, size) => text.length * size)
    const texts = textsOf(figure.items)
    expect(texts.map((one) => one.text).join('|')).toContain('同一晚注册的账号|模拟数据|sample · 6,000')
    for (const one of texts) expect(one.y).toBeGreaterThan(200)
    expect(figure.height).toBeGreaterThan(Math.max(...texts.map((one) => one.y)))
    expect(figure.width).toBeGreaterThanOrEqual(300)
  })
})

describe('fonts', () => {
  const face = (range: string, weight = '400'): FontFace => ({
    family: 'Noto Sans SC',
    weight,
    style: 'normal',
    ranges: readRanges(range),
    url: range,
  })
  it('are only those whose ranges hold a character of a text of that weight', () => {
    expect(readRanges('U+4e00-4eff, U+30??,U+25A0')).toEqual([
      [0x4e00, 0x4eff],
      [0x3000, 0x30ff],
      [0x25a0, 0x25a0],
    ])
    const faces = [
      face('U+0-ff'),
      face('U+4e00-4fff'),
      face('U+5000-5fff'),
      face('U+4e00-4fff', '600'),
      face('U+0-ff', '100 900'),
    ]
    const needed = facesFor(faces, [
      { text: '一', weight: 400 },
      { text: 'b', weight: 600 },
    ])
    expect(needed).toEqual([faces[1], faces[4]])
  })
})
