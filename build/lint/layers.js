import { dirname, relative, resolve, sep } from 'node:path'

/**
 * Lint rule shoal/layers: who may import whom (design §3).
 *
 *   common <- core <- hosts; common <- compute <- hosts; the renderer imports only src-main/common.
 *   common, core and compute know no Electron, no HTTP and no DOM.
 *
 * Tests may cross layers: they set up what they test.
 */
const MAY_IMPORT = {
  'src-main/common': ['src-main/common'],
  'src-main/core': ['src-main/common', 'src-main/core'],
  'src-main/compute': ['src-main/common', 'src-main/compute'],
  'src-main/hosts': ['src-main/common', 'src-main/core', 'src-main/compute', 'src-main/hosts'],
  'src-renderer': ['src-main/common', 'src-renderer'],
}
/** Packages that a layer must not know; the renderer gets its own list, as it has no Node. */
const HOST_PACKAGES = [
  'electron',
  'ws',
  'node:http',
  'node:https',
  'node:net',
  'http',
  'https',
  'net',
  'react',
]
const FORBIDDEN = {
  'src-main/common': [...HOST_PACKAGES, 'better-sqlite3', 'onnxruntime-node', 'node:*'],
  'src-main/core': [...HOST_PACKAGES, 'onnxruntime-node', 'node:child_process'],
  'src-main/compute': HOST_PACKAGES,
  'src-main/hosts': [],
  'src-renderer': ['electron', 'ws', 'better-sqlite3', 'onnxruntime-node', 'node:*'],
}

const TEST_FILE = /\.(test|fixture)\.tsx?$|(^|\/)(testing|transport-suite|test-workspace)(\.ts|\/)/

/** The layer of a path relative to the root, or null outside all layers. */
export function layerOf(path) {
  const unix = path.split(sep).join('/')
  return Object.keys(MAY_IMPORT).find((layer) => unix === layer || unix.startsWith(`${layer}/`)) ?? null
}

/** Why `file` (relative to the root) may not import `specifier`, or null where it may. */
export function violation(file, specifier) {
  const unix = file.split(sep).join('/')
  const layer = layerOf(unix)
  if (!layer || TEST_FILE.test(unix)) return null
  if (specifier.startsWith('.')) {
    const target = relative('.', resolve(dirname(unix), specifier))
    const other = layerOf(target)
    if (other && !MAY_IMPORT[layer].includes(other))
      return `${layer} must not import ${other} (${specifier}).`
    return null
  }
  const forbidden = FORBIDDEN[layer].some((name) =>
    name === 'node:*'
      ? specifier.startsWith('node:')
      : specifier === name || specifier.startsWith(`${name}/`),
  )
  return forbidden ? `${layer} must not know ${specifier}.` : null
}

const rule = {
  meta: { type: 'problem', docs: { description: 'Keep imports inside the layers.' } },
  create(context) {
    const file = relative(context.cwd ?? process.cwd(), context.filename)
    const check = (node) => {
      if (!node.source) return
      const message = violation(file, String(node.source.value))
      if (message) context.report({ node: node.source, message })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    }
  },
}

export default { meta: { name: 'shoal' }, rules: { layers: rule } }
