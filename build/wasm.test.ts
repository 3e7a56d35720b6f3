import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileWasm, generatedFile, generatedText, wasmFolders } from './wasm.ts'

describe('generated WebAssembly', () => {
  it('knows its folders', () => {
    expect(wasmFolders()).toContain('kernels')
  })

  // Who changes a source and forgets `node build/wasm.ts` is told here.
  it.each(wasmFolders())('%s.wasm.ts is what its sources compile to, byte for byte', async (name) => {
    const wasm = await compileWasm(name)
    expect(readFileSync(generatedFile(name), 'utf8')).toBe(generatedText(name, wasm))
  })

  it('tells where a folder is missing', async () => {
    await expect(compileWasm('nowhere')).rejects.toThrow(/index\.ts/)
  })
})
