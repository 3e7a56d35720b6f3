import { ShoalError } from '../../common/errors.ts'

/** What a linear memory of 32-bit addresses can hold, bytes. */
export const MAX_WASM_BYTES = 65_536 * 65_536
/** JavaScript lays out its arrays from here up; below lies the module's own static data. */
export const WASM_BASE = 65_536
const PAGE = 65_536

const modules = new Map<string, WebAssembly.Module>()

/** One instance of a module with a memory of its own, in which the caller lays out arrays. */
export interface WasmInstance<Exports> {
  readonly exports: Exports
  readonly memory: WebAssembly.Memory
}

/**
 * A new instance of a module from `<x>.wasm.ts` (made by build/wasm.ts) with a memory of at least `bytes`
 * (WASM_BASE included). Compiling happens once per process and takes well under a millisecond. Throws `unsupported_here` where the
 * memory can't be had, so that the caller may work in smaller parts.
 */
export function instantiate<Exports>(wasm: string, bytes: number): WasmInstance<Exports> {
  const pages = Math.ceil(bytes / PAGE)
  const refuse = (): ShoalError =>
    new ShoalError('unsupported_here', `WebAssembly can't have ${Math.ceil(bytes / 2 ** 20)} MiB of memory.`)
  if (pages > MAX_WASM_BYTES / PAGE) throw refuse()
  let memory: WebAssembly.Memory
  try {
    memory = new WebAssembly.Memory({ initial: pages })
  } catch {
    throw refuse()
  }
  let module = modules.get(wasm)
  if (module === undefined) {
    module = new WebAssembly.Module(Buffer.from(wasm, 'base64'))
    modules.set(wasm, module)
  }
  return { exports: new WebAssembly.Instance(module, { env: { memory } }).exports as Exports, memory }
}

/** Hands out 16-byte aligned addresses from WASM_BASE up; `end` is what `instantiate` needs. */
export function layout(): { place(bytes: number): number; readonly end: number } {
  let next = WASM_BASE
  return {
    place(bytes) {
      const at = next
      next += Math.ceil(bytes / 16) * 16
      return at
    },
    get end() {
      return next
    },
  }
}
