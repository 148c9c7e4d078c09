import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compile, link } from './consumer.mjs'
import { esmAddress, installed, packageName, project, tarball } from './packed.mjs'

const here = new URL('../', import.meta.url)
const read = (path) => readFileSync(new URL(path, here), 'utf8')
const runCode = (name, text, env = {}) => {
  writeFileSync(join(project, name), text)
  return execFileSync(process.execPath, [join(project, name)], { encoding: 'utf8', env: { ...process.env, ...env } }).trim()
}

test('The packed file holds the build, the types and the papers, and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n').map((name) => name.replace('package/', ''))
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/cjs/index.js', 'dist/cjs/index.d.ts'])
    assert.ok(files.includes(file), file)
  assert.deepEqual(files.filter((name) => !/^(dist\/(esm|cjs)\/([a-z]+\.(d\.ts|js)|package\.json)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(name)), [])
})

test('It has no runtime dependency and imports no module of Node.js', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  assert.deepEqual([manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies], [undefined, undefined, undefined])
  const text = execFileSync('tar', ['-xzOf', tarball], { encoding: 'utf8', maxBuffer: 1 << 24 })
  const imported = [...text.matchAll(/(?:from |require\(|import\()['"]([^'"]+)['"]/g)].map((match) => match[1])
  assert.ok(imported.length > 20)
  assert.deepEqual(imported.filter((name) => !name.startsWith('./') && name !== packageName && name !== 'express'), [])
})

test('The licence is the repository\'s, the version is the one that is sent, the lock file names no host', async () => {
  assert.equal(read('LICENSE'), read('../../LICENSE'))
  const { version } = JSON.parse(read('package.json'))
  const sent = []
  const { ExemplarClient } = await import(esmAddress)
  const fetch = async (url, init) => sent.push(init.headers['User-Agent']) && new Response('{"success":true}')
  await new ExemplarClient({ apiKey: 'eis_x', fetch }).sendHeartbeat({ monitorId: 'a' })
  assert.deepEqual(sent, [`exemplar-typescript/${version}`])
  assert.ok(read('CHANGELOG.md').includes(`## [${version}]`))
  assert.doesNotMatch(read('package-lock.json'), /"resolved"/)
})

test('It is imported by an ES module', () => {
  const names = runCode('names.mjs', `import * as sdk from '${packageName}'; console.log(Object.keys(sdk).sort().join())`)
  assert.equal(names, 'ExemplarClient,ExemplarError,ExemplarMisuseError,initExemplar,sendHeartbeat,startHeartbeatCron,withHeartbeat')
})

test('It is required by a CommonJS module', () => {
  const names = runCode('names.cjs', `const sdk = require('${packageName}'); console.log(Object.keys(sdk).sort().join())`)
  assert.equal(names, 'ExemplarClient,ExemplarError,ExemplarMisuseError,initExemplar,sendHeartbeat,startHeartbeatCron,withHeartbeat')
})

test('Initialized by import it is initialized for a module that requires it, and cannot be initialized twice', () => {
  const said = runCode('both.mjs', `
    import { createRequire } from 'node:module'
    import { initExemplar } from '${packageName}'
    const required = createRequire(import.meta.url)('${packageName}')
    initExemplar({ apiKey: 'eis_x', baseUrl: 'http://127.0.0.1:9', fetch: async () => new Response('{"success":true}') })
    const result = await required.sendHeartbeat({ monitorId: 'a' })
    let again
    try { required.initExemplar({ apiKey: 'eis_x' }) } catch (error) { again = error.name }
    console.log(result.ok, again)`)
  assert.equal(said, 'true ExemplarMisuseError')
})

test('Not initialized, every call says so', () => {
  const said = runCode('none.mjs', `
    import { sendHeartbeat, startHeartbeatCron, withHeartbeat } from '${packageName}'
    let worked = false
    const names = []
    await sendHeartbeat({ monitorId: 'a' }).catch((error) => names.push(error.name))
    await withHeartbeat('a', () => { worked = true }).catch((error) => names.push(error.name))
    try { startHeartbeatCron({ monitorId: 'a', intervalSeconds: 1 }) } catch (error) { names.push(error.name) }
    console.log(names.join(), worked)`)
  assert.equal(said, 'ExemplarMisuseError,ExemplarMisuseError,ExemplarMisuseError false')
})

test('Without argument and environment the address is the documented one', async () => {
  const { ExemplarClient } = await import(esmAddress)
  const urls = []
  await new ExemplarClient({ apiKey: 'eis_x', fetch: async (url) => urls.push(url) && new Response('{"success":true}') }).sendHeartbeat({ monitorId: 'a' })
  assert.deepEqual(urls, ['https://production-api.exemplar.dev/api/monitoring/heartbeat'])
})

test('Where the environment may not be read, it still works', async () => {
  const said = runCode('worker.mjs', `
    Object.defineProperty(globalThis, 'process', { get() { throw new Error('no environment here') }, configurable: true })
    const { ExemplarClient } = await import('${packageName}')
    const result = await new ExemplarClient({ apiKey: 'eis_x', fetch: async (url) => new Response('{"success":true}') }).sendHeartbeat({ monitorId: 'a' })
    console.log(result.ok)`)
  assert.equal(said, 'true')
})

const consumer = `
  initExemplar({ apiKey: 'x' })
  interface Facts { hostname: string; rows?: number }
  const facts: Facts = { hostname: 'worker-01' }
  async function main(): Promise<string> {
    const result = await sendHeartbeat({ monitorId: 'a', metadata: facts })
    const cron: HeartbeatCron = startHeartbeatCron({ monitorId: 'a', intervalSeconds: 60, metadata: async () => facts })
    cron.stop()
    const rows: number = await withHeartbeat('a', async () => 12, { metadata: (rows) => ({ rows: rows + 1 }) })
    const plain: string = await withHeartbeat('a', () => 'done')
    const client = new ExemplarClient({ apiKey: 'x', baseUrl: 'http://localhost', totalTimeoutSeconds: 1, warn: (text: string) => {} })
    await client.sendHeartbeat({ monitorId: 'a', occurredAt: new Date() })
    if (!result.ok) return result.code + result.error
    return plain + rows + (result.deadlineAt ?? '')
  }
  // @ts-expect-error The key is needed.
  initExemplar({ baseUrl: 'http://localhost' })
  // @ts-expect-error Metadata is an object.
  void sendHeartbeat({ monitorId: 'a', metadata: 'worker-01' })
  // @ts-expect-error A moment is a Date.
  void sendHeartbeat({ monitorId: 'a', occurredAt: 1795410000 })
  // @ts-expect-error A cron needs its interval.
  startHeartbeatCron({ monitorId: 'a' })
  void main
`
const names = 'initExemplar, sendHeartbeat, startHeartbeatCron, withHeartbeat, ExemplarClient, type HeartbeatCron, type HeartbeatResult'

test('A strict consumer compiles as an ES module, without the types of a browser or of Node.js', () => {
  compile('types-esm', { 'consumer.mts': `import { ${names} } from '${packageName}'\n${consumer}` })
})

test('A strict consumer compiles as CommonJS', () => {
  compile('types-cjs', { 'consumer.cts': `import { ${names} } from '${packageName}'\nimport sdk = require('${packageName}')\nvoid sdk.sendHeartbeat\n${consumer}` })
})

test('A strict consumer compiles with the older way to find modules, and for a bundler', () => {
  const text = `import { ${names} } from '${packageName}'\n${consumer}`
  compile('types-node10', { 'consumer.ts': text }, { module: 'CommonJS', moduleResolution: 'Node10' })
  compile('types-bundler', { 'consumer.ts': text }, { module: 'ESNext', moduleResolution: 'Bundler' })
  // As Node.js 18 looks for modules, from a file of either kind.
  compile('types-node16-esm', { 'consumer.mts': text }, { module: 'Node16', moduleResolution: 'Node16' })
  compile('types-node16-cjs', { 'consumer.cts': text }, { module: 'Node16', moduleResolution: 'Node16' })
})

test('A signal and a fetch of Node.js fit the types', () => {
  link('@types/node', 'undici-types')
  compile('types-node', {
    'consumer.mts': `import { ExemplarClient } from '${packageName}'
      const client = new ExemplarClient({ apiKey: process.env.KEY!, fetch, warn: console.warn })
      void client.sendHeartbeat({ monitorId: 'a', signal: AbortSignal.timeout(1000) })`,
  }, { types: ['node'] })
})

test('Every piece of TypeScript in the README compiles', () => {
  link('@types/node', 'undici-types')
  const pieces = [...read('README.md').matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1])
  assert.ok(pieces.length >= 4)
  compile('readme', Object.fromEntries(pieces.map((piece, index) => [`piece${index}.mts`, withImports(piece)])), { types: ['node'] })
})

// A piece shows one thing; what it takes from the pieces before is declared here.
function withImports(piece) {
  const used = ['initExemplar', 'sendHeartbeat', 'startHeartbeatCron', 'withHeartbeat', 'ExemplarClient'].filter((name) => piece.includes(name))
  const head = piece.includes(`from '${packageName}'`) ? '' : `import { ${used.join(', ')} } from '${packageName}'\n`
  return `${head}declare function backUp(): Promise<{ rows: number }>\ndeclare const queue: { length: number }\ndeclare const monitorId: string\n${piece}\nexport {}\n`
}
