import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gexfReader } from './gexf.ts'
import { gmlReader } from './gml.ts'
import { graphmlReader } from './graphml.ts'
import type { Reader } from './reader.ts'
import { memorySource, objects, readAll } from './testing/read.ts'

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name))
const tables = async (reader: Reader, content: Buffer | string, size = 13) => {
  const read = await readAll(reader, memorySource(content, 'graph', size))
  return Object.fromEntries(read.map((table) => [table.info.name, table]))
}

describe('as networkx writes it', () => {
  test('GraphML', async () => {
    const { nodes, edges } = await tables(graphmlReader, fixture('networkx.graphml'))
    expect(objects(nodes)).toEqual([
      { id: '00123', score: '', ok: 'true', age: '30', 昵称: '张三' },
      { id: 'u&2', score: '0.5', ok: '', age: '', 昵称: '<李四>' },
    ])
    expect(objects(edges)).toEqual([
      { source: '00123', target: 'u&2', directed: 'true', weight: '2', type: 'follow', id: 'e1' },
      { source: '00123', target: 'u&2', directed: 'true', weight: '3', type: 'pay', id: 'e2' },
    ])
    expect(nodes.info.columns.map((c) => c.declared)).toEqual([null, 'number', 'boolean', 'number', 'text'])
  })

  test('GEXF', async () => {
    const { nodes, edges } = await tables(gexfReader, fixture('networkx.gexf'))
    expect(objects(nodes)[0]).toEqual({
      id: '00123',
      label: '00123',
      昵称: '张三',
      age: '30',
      ok: 'true',
      score: '',
    })
    expect(objects(edges).map((e) => [e.source, e.target, e.directed, e.weight])).toEqual([
      ['00123', 'u&2', 'true', '2'],
      ['00123', 'u&2', 'true', '3'],
    ])
    expect((await tables(gexfReader, fixture('networkx-plain.gexf'))).edges.rows[1]).toEqual([
      '1',
      '2',
      'false',
      '1',
    ])
  })

  test('GML', async () => {
    const { nodes, edges } = await tables(gmlReader, fixture('networkx.gml'))
    expect(objects(nodes)).toEqual([
      { id: '0', label: '00123', name: '张三', 'pos.x': '1.5', 'pos.y': '-2' },
      { id: '1', label: 'u"2', name: 'a & b', 'pos.x': '', 'pos.y': '' },
    ])
    expect(objects(edges)).toEqual([
      { source: '0', target: '1', directed: 'false', weight: '2.5', kind: 'friend' },
    ])
  })
})

describe('GraphML', () => {
  test('defaults, names that clash, nested graphs, ports, undirected edges', async () => {
    const { nodes, edges } = await tables(
      graphmlReader,
      `<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
      <key id="d1" for="all" attr.name="id" attr.type="long"/>
      <graph id="G" edgedefault="undirected">
        <node id="n0"><data key="d0">green</data><port name="p"/><graph id="n0:" edgedefault="directed"><node id="n0::n1"/><edge source="n0" target="n0::n1"/></graph></node>
        <node id="9223372036854775807"><data key="d1"> 007 </data></node>
        <edge id="e0" source="n0" target="n2" sourceport="p"><data key="d1"><![CDATA[<5>]]></data></edge>
        <edge source="n0"/><node/><hyperedge/>
      </graph></graphml>`,
    )
    expect(nodes.columns).toEqual(['id', 'color', 'id (2)', 'parent'])
    expect(nodes.rows).toMatchObject([
      ['n0::n1', 'yellow', '', 'n0'],
      ['n0', 'green', '', ''],
      ['9223372036854775807', 'yellow', ' 007 ', ''],
      { problem: 'bad_record', complaint: 'A node has no id.' },
    ])
    expect(edges.rows).toMatchObject([
      ['n0', 'n0::n1', 'true', '', '', ''],
      ['n0', 'n2', 'false', '<5>', 'e0', 'p'],
      { problem: 'bad_record' },
      { problem: 'bad_record', complaint: expect.stringContaining('hyperedge') },
    ])
    expect(edges.info.rows).toBe(4)
  })

  test('Maltego: type and properties of entities and links', async () => {
    const entity = (type: string, properties: string) =>
      `<data key="d0"><mtg:MaltegoEntity xmlns:mtg="http://maltego.paterva.com/xml/mtgx" id="x" type="${type}"><mtg:Properties>${properties}</mtg:Properties></mtg:MaltegoEntity></data><data key="d1"><mtg:EntityRenderer xmlns:mtg="m"><mtg:Position x="1" y="2"/></mtg:EntityRenderer></data>`
    const { nodes, edges } = await tables(
      graphmlReader,
      `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><VersionInfo/><key attr.name="MaltegoEntity" for="node" id="d0"/><key for="node" id="d1"/><key attr.name="MaltegoLink" for="edge" id="d2"/>
      <graph edgedefault="directed" id="G"><node id="n0">${entity('maltego.Person', '<mtg:Property displayName="Full Name" name="person.fullname" nullable="true" type="string"><mtg:Value>张 三</mtg:Value></mtg:Property>')}</node>
      <node id="n1">${entity('maltego.EmailAddress', '<mtg:Property name="email"><mtg:Value>a@b.c</mtg:Value></mtg:Property><mtg:Property name="note"><mtg:Value/></mtg:Property>')}</node>
      <edge id="e0" source="n0" target="n1"><data key="d2"><mtg:MaltegoLink xmlns:mtg="m" type="maltego.link.manual-link"><mtg:Properties><mtg:Property name="maltego.link.label"><mtg:Value>uses</mtg:Value></mtg:Property></mtg:Properties></mtg:MaltegoLink></data></edge></graph></graphml>`,
    )
    expect(objects(nodes)).toEqual([
      { id: 'n0', type: 'maltego.Person', 'person.fullname': '张 三', email: '' },
      { id: 'n1', type: 'maltego.EmailAddress', 'person.fullname': '', email: 'a@b.c' },
    ])
    expect(objects(edges)).toEqual([
      {
        source: 'n0',
        target: 'n1',
        directed: 'true',
        id: 'e0',
        type: 'maltego.link.manual-link',
        'maltego.link.label': 'uses',
      },
    ])
  })

  test('yEd: labels', async () => {
    const { nodes } = await tables(
      graphmlReader,
      '<graphml><key id="d6" for="node" yfiles.type="nodegraphics"/><graph><node id="n0"><data key="d6"><y:ShapeNode xmlns:y="y"><y:Geometry/><y:NodeLabel visible="true">Alice<y:LabelModel/></y:NodeLabel></y:ShapeNode></data></node></graph></graphml>',
    )
    expect(objects(nodes)).toEqual([{ id: 'n0', label: 'Alice' }])
  })

  test('declared encodings, byte-order marks, entities that are refused', async () => {
    const text = '<graphml><graph><node id="Müller"/></graph></graphml>'
    const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${text}`, 'latin1')
    expect((await tables(graphmlReader, latin)).nodes.rows).toEqual([['Müller']])
    const wide = Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-16"?>${text}`, 'utf16le')
    expect((await tables(graphmlReader, wide)).nodes.rows).toEqual([['Müller']])
    const laughs =
      '<!DOCTYPE g [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><graphml><graph><node id="&b;"/></graph></graphml>'
    await expect(tables(graphmlReader, laughs)).rejects.toThrow(/entity/i)
    await expect(
      tables(graphmlReader, '<!DOCTYPE g SYSTEM "file:///etc/passwd"><graphml><graph/></graphml>'),
    ).rejects.toThrow(/neither nodes nor edges/)
    await expect(tables(graphmlReader, '<graphml><graph><node id="a"/></graph>', 1000)).rejects.toThrow(
      /Unclosed/,
    )
    await expect(tables(graphmlReader, `<graphml>${'<graph>'.repeat(2000)}`, 1000)).rejects.toThrow(
      /nested too deep/,
    )
  })
})

describe('GEXF', () => {
  test('defaults, spells, values over time, hierarchy, kinds of edges', async () => {
    const { nodes, edges } = await tables(
      gexfReader,
      `<gexf version="1.3"><graph defaultedgetype="directed" mode="dynamic">
      <attributes class="node"><attribute id="0" title="label" type="string"><default>x</default></attribute><attribute id="1" title="n" type="integer"/></attributes>
      <nodes><node id="a" label="A" start="2024-01-01"><attvalues><attvalue for="0" value="L"/><attvalue for="1" value="1" start="1" end="2"/><attvalue for="1" value="2" start="2"/></attvalues>
        <spells><spell start="2023-01-01" end="2023-02-01"/><spell start="2024-01-01" end="2024-03-01"/></spells><nodes><node id="b"/></nodes></node><node id="c" pid="a"/></nodes>
      <edges><edge id="7" source="a" target="b" weight="2.0" type="mutual"/><edge source="b" target="c" label="l"/><edge source="b"/></edges></graph></gexf>`,
    )
    expect(objects(nodes)).toEqual([
      { id: 'b', label: '', 'label (2)': 'x', n: '', parent: 'a', start: '', end: '' },
      {
        id: 'a',
        label: 'A',
        'label (2)': 'L',
        n: '[{"value":"1","start":"1","end":"2"},{"value":"2","start":"2"}]',
        parent: '',
        start: '2024-01-01',
        end: '2024-03-01',
      },
      { id: 'c', label: '', 'label (2)': 'x', n: '', parent: 'a', start: '', end: '' },
    ])
    expect(edges.rows).toMatchObject([
      ['a', 'b', 'false', '7', '2.0', ''],
      ['b', 'c', 'true', '', '', 'l'],
      { problem: 'bad_record' },
    ])
  })
})

describe('GML', () => {
  test('comments, several values, texts over lines, lists of one, errors with their line', async () => {
    const text = `Creator "me"\n# a ] comment\ngraph [ directed 1 comment "x"
      node [ id 007 label "a\nb &lt;" tag 1 tag "two" one "_networkx_list_start" one 5 g [ x 1.0E-3 ] ]
      node [ label "no id" ]
      edge [ source 007 target 8 ] edge [ source 1 ] ]`
    for (const size of [1, 5, 1000]) {
      const { nodes, edges } = await tables(gmlReader, text, size)
      expect(nodes.columns).toEqual(['id', 'label', 'tag', 'one', 'g.x'])
      expect(nodes.rows).toMatchObject([
        ['007', 'a\nb <', '["1","two"]', '["5"]', '1.0E-3'],
        { problem: 'bad_record' },
      ])
      expect(edges.rows).toMatchObject([['007', '8', 'true'], { problem: 'bad_record' }])
    }
    await expect(tables(gmlReader, 'graph [\n node [ id 1 ]')).rejects.toThrow(
      /ends in the middle of 'graph', at line 2/,
    )
    await expect(tables(gmlReader, 'graph [\n node [ id ] ]')).rejects.toThrow(/'id' has no value, at line 2/)
    await expect(tables(gmlReader, 'graph [ ] ]')).rejects.toThrow(/too many/)
    await expect(tables(gmlReader, 'graph [ node [ id "x ] ]')).rejects.toThrow(/line 1/)
  })
})
