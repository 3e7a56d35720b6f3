// Entry point: what JavaScript calls. Compiled by build/wasm.ts; AssemblyScript, not TypeScript.
export * from './matrix'
export * from './gates'
export * from './layers'
export * from './optimizer'
