import ort from 'onnxruntime-node'

/** Names of onnxruntime execution providers that Shoal can use. */
export const PROVIDERS = ['cpu', 'cuda', 'dml', 'coreml', 'webgpu'] as const
export type Provider = (typeof PROVIDERS)[number]

/**
 * Providers worth trying here: what this build of onnxruntime-node knows, limited to what makes sense on the
 * platform. `cpu` is always among them and comes last.
 */
export function candidateProviders(
  platform: NodeJS.Platform = process.platform,
  known: readonly string[] = ort.listSupportedBackends().map((b) => b.name),
): Provider[] {
  const byPlatform: Provider[] =
    platform === 'win32'
      ? ['cuda', 'dml', 'webgpu']
      : platform === 'darwin'
        ? ['coreml', 'webgpu']
        : ['cuda', 'webgpu']
  return [...byPlatform.filter((p) => known.includes(p)), 'cpu']
}
