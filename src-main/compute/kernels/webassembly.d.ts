/** The part of the WebAssembly API that is used: TypeScript ships it with the DOM only, which compute has not. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: string
  }
  const Module: new (bytes: Uint8Array) => Module
  class Instance {
    constructor(module: Module, imports?: Record<string, Record<string, unknown>>)
    readonly exports: Record<string, unknown>
  }
  class Memory {
    /** Sizes in pages of 65,536 bytes. Throws RangeError where the memory can't be had. */
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean })
    readonly buffer: ArrayBuffer
    /** Detaches `buffer`. */
    grow(pages: number): number
  }
}
