// Entry point: what JavaScript calls. Compiled by build/wasm.ts; AssemblyScript, not TypeScript.
export * from './multiply'
