import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { workbook, zipOf } from '../testing/workbook.ts'

/** A file that someone might hand in, or an attacker. */
export interface NastyFile {
  name: string
  bytes: Buffer
}

/** Files that are nasty in themselves. What they hold is in their names. */
export async function nastyFiles(): Promise<NastyFile[]> {
  const text = (name: string, content: string): NastyFile => ({ name, bytes: Buffer.from(content) })
  const cell = (content: string) => `<sheetData><row r="1">${content}</row></sheetData>`
  const rels =
    '<R><Relationship Id="a" Type="x/worksheet" Target="../../../../etc/passwd"/><Relationship Id="b" Type="x/worksheet" Target="/xl/s.xml" TargetMode="Internal"/></R>'
  const book = '<workbook><sheets><sheet name="out" r:id="a"/><sheet name="in" r:id="b"/></sheets></workbook>'
  return [
    text('ragged.csv', 'a,b,c\n1\n1,2,3,4,5\n,,\n1,2,3\n'),
    text('nested-quotes.csv', 'a,b\n"x ""y"" z","""",\n"un"closed",1\n"\n"",\n"never closed\n1,2\n'),
    text('only-quotes.csv', '"'.repeat(5000)),
    text('nul.csv', 'a,b\n1\0,2\n\0\0\0\n3,4\n'),
    text('carriage-returns.csv', 'a,b\r1,2\r\r\r\n3,4'),
    text('mark-only.csv', '\ufeff'),
    text('mark-and-line.csv', '\ufeff\n\n'),
    text('formulas.csv', "id,v\n1,=cmd|' /C calc'!A0\n2,+1+1\n3,-2\n4,@SUM(A1)\n"),
    text('decimal-commas.csv', 'id;betrag\n1;1,5\n2;2,25\n3;1.000,75\n'),
    text('duplicate-headers.csv', 'id,id,,ID,id (2),\n1,2,3,4,5,6\n'),
    text('wide.csv', `${'a,'.repeat(6000)}\n1\n`),
    text('delimiters-only.csv', ',;|\t\n'.repeat(500)),
    {
      name: 'invalid-utf8.csv',
      bytes: Buffer.from('6964 2c 6e 0a 31 2c ff c3 0a 32 2c e4bd a0 0a'.replace(/ /g, ''), 'hex'),
    },
    { name: 'half-utf16.csv', bytes: Buffer.from('\ufeffid,n\n1,你', 'utf16le').subarray(0, -1) },
    { name: 'surrogates-utf16.csv', bytes: Buffer.from('\ufeffid,n\n1,\ud83d\n2,\ude00\ud83d\n', 'utf16le') },
    text('surrogates.jsonl', '{"a":"\\ud83d"}\n{"a":"\\ude00\\ud83d"}\n{"\\ud800":1}\n'),
    text('not-json.jsonl', '{"a":1}\n{"a":\n{]\n[}\n"\\x"\n{"a":1e}\n{"a":tru}\n{"a":1}'),
    text('deep.json', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    text('deep-open.json', '[{"a":'.repeat(20_000)),
    text('deep-objects.json', '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)),
    text('unclosed-lines.json', `[\n${'{"a":1\n'.repeat(5_000)}]`),
    text('mismatched.json', '[{"a":[1},{"b":2}]'),
    text('commas.json', `[${','.repeat(5_000)}{"a":1},]`),
    text('many-tables.json', `{${Array.from({ length: 3_000 }, (_, i) => `"t${i}":[{"a":1}]`).join(',')}}`),
    text(
      'many-keys.jsonl',
      Array.from({ length: 300 }, (_, i) => `{"k${i}":${i},"o":{"x${i}":1}}`).join('\n'),
    ),
    text('prototype.jsonl', '{"__proto__":{"x":1},"constructor":2,"toString":3}\n'),
    text('twice.json', '{"users":[{"a":1}],"users":[{"a":2}],"users":{"b":[{"c":1}]}}'),
    text(
      'laughs.graphml',
      '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><graphml><graph><node id="&b;"/></graph></graphml>',
    ),
    text(
      'outside.graphml',
      '<!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/passwd">]><graphml><graph><node id="&a;"/></graph></graphml>',
    ),
    text('nested.graphml', `<graphml>${'<graph><node id="a">'.repeat(3_000)}`),
    text(
      'attributes.graphml',
      `<graphml><graph><node id="a" ${Array.from({ length: 20_000 }, (_, i) => `a${i}="1"`).join(' ')}/></graph></graphml>`,
    ),
    text('long-attribute.graphml', `<graphml><graph><node id="${'x'.repeat(300_000)}"/></graph></graphml>`),
    text(
      'data.graphml',
      `<graphml><graph><node id="a">${'<data key="k">v</data>'.repeat(5_000)}</node></graph></graphml>`,
    ),
    text(
      'values.gexf',
      `<gexf><graph><nodes><node id="a"><attvalues>${'<attvalue for="1" value="2"/>'.repeat(20_000)}</attvalues></node></nodes></graph></gexf>`,
    ),
    text('unclosed.gml', `graph [ node [ id "${'x'.repeat(200_000)}`),
    text('nested.gml', `graph ${'[ a '.repeat(5_000)}`),
    text('brackets.gml', 'graph [ ] ] ] [ ['),
    {
      name: 'bomb.xlsx',
      bytes: await workbook({ sheets: { S: cell(`<c><v>${' '.repeat(17 << 20)}</v></c>`) } }),
    },
    {
      name: 'long-text.xlsx',
      bytes: await workbook({ sheets: { S: cell(`<c t="str"><v>${'ab'.repeat(3 << 20)}</v></c>`) } }),
    },
    {
      name: 'far-cell.xlsx',
      bytes: await workbook({
        sheets: { S: cell('<c r="XFD1"><v>1</v></c><c r="ZZZZZZ1"><v>2</v></c><c r="A1"><v>3</v></c>') },
      }),
    },
    {
      name: 'wrong-order.xlsx',
      bytes: await workbook({
        sheets: {
          S: '<sheetData><row r="9"><c r="B9"><v>1</v></c><c r="A9"><v>2</v></c></row><row r="2"><c r="A2" t="s"><v>-1</v></c></row></sheetData></sheetData>',
        },
      }),
    },
    {
      name: 'styles.xlsx',
      bytes: await workbook({
        sheets: { S: cell('<c r="A1" s="99999"><v>1e999</v></c><c r="B1" s="0" t="zz"><v>x</v></c>') },
        styles: '<cellXfs><xf numFmtId="14"/></cellXfs>',
      }),
    },
    {
      name: 'traversal.xlsx',
      bytes: await zipOf({
        'xl/workbook.xml': book,
        'xl/_rels/workbook.xml.rels': rels,
        'xl/s.xml': cell('<c r="A1"><f>SUM(1)</f><v>1</v></c>'),
      }),
    },
    {
      name: 'names.xlsx',
      bytes: Buffer.from(
        (await workbook({ sheets: { S: cell('<c><v>1</v></c>') } }))
          .toString('latin1')
          .replaceAll('xl/styles.xml', '../../s.xml.'),
        'latin1',
      ),
    },
  ]
}

/** Files made by other programs, as they came. */
export function sampleFiles(): NastyFile[] {
  const folder = join(import.meta.dirname, '..', 'fixtures')
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.py'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
}

/** Small files of the text formats, to be damaged. */
export function textSamples(): NastyFile[] {
  const lines = Array.from({ length: 12 }, (_, i) => ({
    id: `u${i}`,
    name: `张"${i}`,
    n: { x: i / 3, l: [i, '{'] },
  }))
  return [
    {
      name: 'sample.csv',
      bytes: Buffer.from(`id,name\n${lines.map((l) => `${l.id},"张""${l.n.x}"`).join('\r\n')}`),
    },
    { name: 'sample.jsonl', bytes: Buffer.from(lines.map((l) => JSON.stringify(l)).join('\n')) },
    {
      name: 'sample.json',
      bytes: Buffer.from(
        JSON.stringify({ total: 12, users: lines, byId: { a: lines[0], b: lines[1], c: lines[2] } }, null, 1),
      ),
    },
  ]
}

/** A generator of the same numbers for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** A file cut off at about `count` places, from its first byte to its last. */
export function* truncations({ name, bytes }: NastyFile, count: number): Generator<NastyFile> {
  const step = Math.max(1, Math.ceil(bytes.length / count))
  for (let at = 1; at < bytes.length; at += step)
    yield { name: `${name} cut at ${at}`, bytes: bytes.subarray(0, at) }
}

/** A file with some of its bits or bytes turned over, `count` times. */
export function* flips({ name, bytes }: NastyFile, count: number, seed: number): Generator<NastyFile> {
  const random = numbers(seed)
  for (let run = 0; run < count; run++) {
    const damaged = Buffer.from(bytes)
    const places: string[] = []
    for (let k = Math.floor(random() * 3); k >= 0; k--) {
      const at = Math.floor(random() * bytes.length)
      damaged[at] =
        random() < 0.5 ? damaged[at] ^ (1 << Math.floor(random() * 8)) : Math.floor(random() * 256)
      places.push(`${at}=${damaged[at]}`)
    }
    yield { name: `${name} with ${places.join(' ')}`, bytes: damaged }
  }
}
