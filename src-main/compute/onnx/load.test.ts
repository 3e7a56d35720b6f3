import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadModel } from './load.ts'
import { expectedRow, probeModelBytes } from './probe-model.ts'
import { createSession } from './session.ts'

const bytes = probeModelBytes()
const x = [0.5, -1, 2, 0.25]
const w = [1, -0.5, 0.75, 2]
const y = [0, 1].flatMap((row) => [...expectedRow(Float32Array.from(x), Float32Array.from(w), 2, row)])

const manifest = () => ({
  schema: 1,
  name: 'probe',
  version: '1.0.0',
  kind: 'test',
  sha256: createHash('sha256').update(bytes).digest('hex'),
  opset: 17,
  inputs: [
    { name: 'x', dtype: 'float32', shape: ['n', 'k'] },
    { name: 'w', dtype: 'float32', shape: ['k', 'k'] },
  ],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 'k'] }],
  trained_on: 'simulated',
})
const golden = (out = y) => ({
  schema: 1,
  cases: [
    {
      inputs: { x: { dims: [2, 2], data: x }, w: { dims: [2, 2], data: w } },
      outputs: { y: { dims: [2, 2], data: out } },
    },
  ],
})

// A provider that this platform never has.
const absent = process.platform === 'darwin' ? 'dml' : 'coreml'

let dir: string
const put = (file: string, content: unknown) =>
  writeFileSync(
    join(dir, file),
    content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content),
  )
const invalid = (message: RegExp) =>
  expect(loadModel(dir)).rejects.toMatchObject({
    code: 'model_invalid',
    message: expect.stringMatching(message),
  })

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shoal-model-'))
  put('model.onnx', bytes)
  put('model.json', manifest())
  put('golden.json', golden())
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('loadModel', () => {
  it('runs a sound folder and says what ran it', async () => {
    const model = await loadModel(dir)
    expect(model).toMatchObject({ provider: 'cpu', failures: [], sha256: manifest().sha256 })
    expect(model.goldenError).toBeLessThanOrEqual(1e-5)
    const result = await model.run({
      x: { data: Float32Array.of(1, 0), dims: [1, 2] },
      w: { data: Float32Array.from(w), dims: [2, 2] },
    })
    expect([...result.y.data]).toEqual([1, -0.5])
    expect(result.y.dims).toEqual([1, 2])
    await model.release()
  })

  it('goes on to cpu when a provider fails, and says so', async () => {
    const said: string[] = []
    const model = await loadModel(dir, { providers: [absent], log: (_, text) => said.push(text) })
    expect(model.provider).toBe('cpu')
    expect(model.failures).toHaveLength(1)
    expect(model.failures[0].provider).toBe(absent)
    expect(said[0]).toContain(`${absent} is not used for probe`)
  })

  it('refuses a changed model.onnx', async () => {
    const other = Uint8Array.from(bytes)
    other[20] ^= 1
    put('model.onnx', other)
    await invalid(/model\.onnx: has SHA-256 .* model\.json states .* again/)
  })

  it('refuses a file that is no model even when its hash is right', async () => {
    const junk = Buffer.from('not a model')
    put('model.onnx', junk)
    put('model.json', { ...manifest(), sha256: createHash('sha256').update(junk).digest('hex') })
    await invalid(/model\.onnx: can't be run by onnxruntime/)
  })

  it('names the missing file', async () => {
    rmSync(join(dir, 'golden.json'))
    await invalid(/golden\.json: is missing/)
    rmSync(join(dir, 'model.json'))
    await invalid(/model\.json: is missing/)
  })

  it('names a wrong key of model.json', async () => {
    put('model.json', { ...manifest(), opset: 'seventeen' })
    await invalid(/model\.json: opset/)
    put('model.json', { ...manifest(), treshold: 0.5 })
    await invalid(/treshold/)
    put('model.json', { ...manifest(), file: '../model.onnx' })
    await invalid(/file: must be a plain file name/)
    put('model.json', '{')
    await invalid(/is not JSON/)
  })

  it('refuses golden vectors that the model does not reproduce', async () => {
    put('golden.json', golden(y.map((v, i) => (i === 2 ? v + 2e-5 : v))))
    await invalid(/golden\.json: .*'y' of case 0: off by 2\.0\de-5/)
    put('golden.json', golden(y.map((v) => v + 1e-6)))
    await (await loadModel(dir)).release()
    put('golden.json', golden(y.slice(1)))
    await invalid(/off by Infinity/)
  })

  it('refuses input and output names that the file does not have', async () => {
    const m = manifest()
    put('model.json', { ...m, inputs: [{ ...m.inputs[0], name: 'features' }, m.inputs[1]] })
    await invalid(/no input 'features' .* it has x, w/)
    put('model.json', { ...m, inputs: [m.inputs[0]] })
    await invalid(/needs an input 'w'/)
    put('model.json', { ...m, outputs: [{ ...m.outputs[0], name: 'score' }] })
    await invalid(/no output 'score'/)
  })

  it('refuses inputs of another shape, type or name at run time', async () => {
    const model = await loadModel(dir)
    const good = { data: Float32Array.from(w), dims: [2, 2] }
    const fails = (inputs: Parameters<typeof model.run>[0], message: RegExp) =>
      expect(model.run(inputs)).rejects.toMatchObject({
        code: 'invalid_input',
        message: expect.stringMatching(message),
      })
    await fails({ x: good }, /needs an input 'w'/)
    await fails({ x: good, w: good, z: good }, /no input 'z'/)
    await fails({ x: { data: Float64Array.from(w), dims: [2, 2] }, w: good }, /'x' must be float32/)
    await fails({ x: { data: Float32Array.from(w), dims: [4] }, w: good }, /shape \[4\]/)
    await fails({ x: { data: new Float32Array(3), dims: [1, 3] }, w: good }, /'w' has shape/)
    await fails({ x: { data: new Float32Array(3), dims: [1, 2] }, w: good }, /3 values/)
    await model.release()
  })
})

describe('createSession', () => {
  it('falls back to cpu and names the failure', async () => {
    const { session, provider, failures } = await createSession(bytes, { providers: [absent, absent] })
    expect(provider).toBe('cpu')
    expect(failures.map((f) => f.provider)).toEqual([absent])
    await session.release()
  })

  it('throws provider_failed when not even cpu can open the file', async () => {
    await expect(createSession(join(dir, 'absent.onnx'))).rejects.toMatchObject({ code: 'provider_failed' })
  })
})
