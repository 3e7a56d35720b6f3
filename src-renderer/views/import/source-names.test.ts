import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sourceNames } from './source-names.ts'

const at = (path: string, part = '', entry: string | null = null) => ({ path, entry, part })

it('is the file name while that tells sources apart, and as much of the folders as does where it does not', () => {
  expect(sourceNames([at('/x/jan/accounts.csv'), at('/x/feb/accounts.csv'), at('/x/feb/links.csv')])).toEqual(
    ['jan/accounts.csv', 'feb/accounts.csv', 'links.csv'],
  )
  expect(sourceNames([at('C:\\a\\x\\y\\e.csv'), at('C:\\b\\x\\y\\e.csv')])).toEqual([
    'a/x/y/e.csv',
    'b/x/y/e.csv',
  ])
  expect(sourceNames([at('/e.zip', '', 'one/e.csv'), at('/e.zip', '', 'e.csv')])).toEqual([
    'one/e.csv',
    'e.csv',
  ])
})

it('leaves names alone that their sheet or partition tells apart, or that are the same file', () => {
  expect(sourceNames([at('/x/d=1/p.csv', 'd=1'), at('/x/d=2/p.csv', 'd=2')])).toEqual(['p.csv', 'p.csv'])
  expect(sourceNames([at('/x/accounts.csv'), at('/x/accounts.csv')])).toEqual([
    'accounts.csv',
    'accounts.csv',
  ])
})

it('any list: names end as paths do, and two files elsewhere of one part never share one', () => {
  const step = fc.constantFrom('a', 'b', 'c')
  const source = fc.record({
    path: fc.array(step, { minLength: 1, maxLength: 5 }).map((steps) => `/${steps.join('/')}`),
    entry: fc.constant(null),
    part: fc.constantFrom('', 's'),
  })
  fc.assert(
    fc.property(fc.array(source, { maxLength: 8 }), (sources) => {
      const names = sourceNames(sources)
      names.forEach((name, i) => expect(`/${sources[i]!.path.slice(1)}`.endsWith(name)).toBe(true))
      sources.forEach((one, i) =>
        sources.forEach((other, k) => {
          if (one.part === other.part && one.path !== other.path) expect(names[i]).not.toBe(names[k])
        }),
      )
    }),
  )
})
