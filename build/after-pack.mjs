import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * electron-builder's afterPack: refuses a package that would not run. Native modules must lie outside the asar, for
 * the target platform only, and the models and the sample must be there.
 */
export default async function afterPack(context) {
  const resources =
    context.electronPlatformName === 'darwin'
      ? join(context.appOutDir, `${context.packager.appInfo.productFilename}.app/Contents/Resources`)
      : join(context.appOutDir, 'resources')
  const problems = []
  const need = (path) => {
    if (!existsSync(join(resources, path))) problems.push(`missing ${path}`)
  }
  need('app.asar')
  need('models/account-gnn/model.onnx')
  need('models/report-classifier/model.onnx')
  need('sample/accounts.csv')
  const onnx = join(resources, 'app.asar.unpacked/node_modules/onnxruntime-node/bin/napi-v6')
  const platforms = existsSync(onnx) ? readdirSync(onnx) : []
  if (platforms.length !== 1 || platforms[0] !== context.electronPlatformName) {
    problems.push(
      `onnxruntime-node is unpacked for [${platforms}] instead of ${context.electronPlatformName}`,
    )
  }
  if (problems.length > 0) throw new Error(`The package would not run: ${problems.join('; ')}`)
}
