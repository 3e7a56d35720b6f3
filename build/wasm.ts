import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/**
 * Compiles every src-main/compute/<x>/assembly/index.ts (AssemblyScript) to src-main/compute/<x>/<x>.wasm.ts,
 * which exports the module as base64, so that plain Node and any bundler load it without a file beside it.
 * The generated files are committed: who only runs Shoal needs no compiler, and a unit test holds them to
 * their sources.
 *
 *   node build/wasm.ts             compile all
 *   node build/wasm.ts kernels     compile one
 *   node build/wasm.ts --check     compile, write nothing, exit 1 where a committed file differs
 *
 * Modules import their memory (`env.memory`) and must not allocate: JavaScript lays out everything from
 * byte 65,536 up (see src-main/compute/kernels/wasm.ts); below that lies the module's own static data.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COMPUTE = join(ROOT, 'src-main', 'compute')

const FLAGS = [
  // As fast as it gets; Binaryen's passes run until nothing changes, so the bytes do not depend on chance.
  '--optimizeLevel 3',
  '--shrinkLevel 0',
  '--converge',
  '--noAssert',
  '--enable simd',
  '--enable bulk-memory',
  '--runtime stub',
  '--importMemory',
  '--initialMemory 1',
  // No `abort` import: a failure is a trap, which JavaScript sees as a RuntimeError.
  '--use abort=',
].flatMap((flag) => flag.split(' '))

/** The folders of src-main/compute that have AssemblyScript sources, by name. */
export function wasmFolders(): string[] {
  return readdirSync(COMPUTE)
    .filter((name) => existsSync(join(COMPUTE, name, 'assembly', 'index.ts')))
    .sort()
}

/** The committed file of a folder. */
export const generatedFile = (name: string): string => join(COMPUTE, name, `${name}.wasm.ts`)

/** Compiles one folder. Throws with the compiler's own words where the source has a mistake. */
export async function compileWasm(name: string): Promise<Uint8Array> {
  const base = join(COMPUTE, name, 'assembly')
  let wasm: Uint8Array | undefined
  const { error, stderr } = await asc.main(['index.ts', '--outFile', 'index.wasm', ...FLAGS], {
    readFile: (file, dir) => {
      const path = join(base, dir, file)
      // asc asks for its own library too, first here and then inside itself.
      return existsSync(path) ? readFileSync(path, 'utf8') : null
    },
    writeFile: (file, content) => {
      if (file === 'index.wasm') wasm = content as Uint8Array
    },
    listFiles: () => [],
  })
  if (error || wasm === undefined)
    throw new Error(`${relative(ROOT, dirname(base))}: ${stderr.toString() || String(error)}`)
  return wasm
}

/** The text of the generated file, as prettier would leave it. */
export function generatedText(name: string, wasm: Uint8Array): string {
  return [
    `// Made from assembly/ by \`node build/wasm.ts ${name}\` (${wasm.byteLength} bytes). Do not edit.`,
    `export const wasm =`,
    `  '${Buffer.from(wasm).toString('base64')}'`,
    '',
  ].join('\n')
}

async function main(args: string[]): Promise<void> {
  const check = args.includes('--check')
  const wanted = args.filter((arg) => !arg.startsWith('--'))
  for (const name of wasmFolders()) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const text = generatedText(name, await compileWasm(name))
    const file = generatedFile(name)
    const same = existsSync(file) && readFileSync(file, 'utf8') === text
    if (!same && check) process.exitCode = 1
    if (!same && !check) writeFileSync(file, text)
    console.log(`${relative(ROOT, file)}: ${same ? 'unchanged' : check ? 'differs' : 'written'}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
