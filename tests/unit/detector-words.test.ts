import { describe, expect, it } from 'vitest'
import { detectorInfos } from '../../src-main/compute/detectors/index.ts'
import en from '../../src-renderer/ui/i18n/en/design.json' with { type: 'json' }
import zh from '../../src-renderer/ui/i18n/zh-CN/design.json' with { type: 'json' }

type Tree = { [key: string]: string | Tree }
const at = (tree: Tree, path: string[]): string | Tree | undefined =>
  path.reduce<string | Tree | undefined>((it, key) => (typeof it === 'object' ? it[key] : undefined), tree)

/** Detectors describe themselves in English only; a person reads them in the catalogue's words. */
describe('the catalogues', () => {
  const wanted = detectorInfos().flatMap(({ id, params }) => [
    [id, 'name'],
    [id, 'about'],
    ...params.flatMap((param) => [
      [id, param.name, 'name'],
      [id, param.name, 'about'],
      ...(param.choices ?? []).map((choice) => [id, param.name, 'choice', choice]),
    ]),
  ])

  it.each([
    ['en', en],
    ['zh-CN', zh],
  ])('%s names every detector, parameter and choice', (_, catalogue) => {
    const words = catalogue.detector as unknown as Tree
    const missing = wanted.filter((path) => typeof at(words, path) !== 'string')
    expect(missing.map((path) => path.join('.'))).toEqual([])
  })

  it('name no detector or parameter that is not there', () => {
    const infos = detectorInfos()
    const there = Object.entries(en.detector as unknown as Record<string, Tree>).flatMap(([id, words]) =>
      Object.keys(words)
        .filter((key) => key !== 'name' && key !== 'about')
        .map((key) => [id, key] as const),
    )
    for (const [id, name] of there) {
      const params = infos.find((info) => info.id === id)?.params.map((param) => param.name)
      expect(params, id).toContain(name)
    }
  })
})
