import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compile, link } from './consumer.mjs'
import { project } from './packed.mjs'
import { eventually, startServer } from './server.mjs'

const documentedHost = 'production-api.exemplar.dev'
const example = readFileSync(new URL('../examples/express-job.ts', import.meta.url), 'utf8')

test('The example is the documented snippet, and then listens', () => {
  const documented = `import express from 'express' import { initExemplar, sendHeartbeat } from '@exemplar-dev/exemplar-typescript-sdk' initExemplar({ apiKey: process.env.EXEMPLAR_API_KEY!, baseUrl: 'https://production-api.exemplar.dev', }) const app = express() app.post('/jobs/nightly-backup/done', async (_req, res) => { await sendHeartbeat({ monitorId: process.env.EXEMPLAR_MONITOR_ID!, metadata: { hostname: 'worker-01' }, }) res.json({ ok: true }) })`
  const words = example.replace(/\s+/g, ' ').trim()
  assert.ok(words.startsWith(documented), words)
  assert.match(words.slice(documented.length), /^ app\.listen\([^;]*\)$/)
})

// The snippet names the documented host. Here that name leads to a server of our own, with a certificate for that very name; the snippet, the
// SDK, TLS and the check of the name are as they would be in production.
test('The express snippet, as written, reports to a real server', async (context) => {
  const server = await startServer()
  context.after(() => server.stop())
  const certificate = makeCertificate()
  const gateway = createTlsServer(certificate, (request, response) => {
    const onward = forward(server.address + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  gateway.listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  context.after(() => (gateway.close(), gateway.closeAllConnections()))

  link('express', '@types/express', '@types/express-serve-static-core', '@types/node', 'undici-types')
  const folder = compile('express', { 'express-job.ts': example, 'package.json': '{ "type": "module" }' }, { types: ['node'], skipLibCheck: true })
  writeFileSync(join(folder, 'lead.mjs'), `
    import tls from 'node:tls'
    const connect = tls.connect
    tls.connect = (options, ...rest) =>
      connect(options.host === '${documentedHost}' ? { ...options, host: '127.0.0.1', port: ${gateway.address().port} } : options, ...rest)`)

  const monitor = await server.createMonitor('Nightly backup', 0.05, 0.02)
  const port = await freePort()
  const job = spawn(process.execPath, ['--import', pathToFileURL(join(folder, 'lead.mjs')).href, join(folder, 'out/express-job.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env, PORT: String(port), NODE_EXTRA_CA_CERTS: certificate.file,
      EXEMPLAR_API_KEY: await server.createToken(['heartbeat']), EXEMPLAR_MONITOR_ID: monitor.id,
    },
  })
  context.after(() => job.kill())
  let complaints = ''
  job.stderr.on('data', (part) => (complaints += part))
  const [line] = await Promise.race([once(createInterface(job.stdout), 'line'), once(job, 'exit').then(() => assert.fail(complaints))])
  assert.equal(line, 'ready')

  const answer = await fetch(`http://127.0.0.1:${port}/jobs/nightly-backup/done`, { method: 'POST' })
  assert.deepEqual([answer.status, await answer.json()], [200, { ok: true }])
  assert.equal(complaints, '')
  const [check] = await server.checks(monitor.id)
  assert.deepEqual([check.outcome, check.source, check.metadata], ['up', 'heartbeat', { hostname: 'worker-01' }])
  await eventually(15, () => server.monitor(monitor.id), ({ status }) => status === 'down')
})

function makeCertificate() {
  const file = join(project, 'documented-host.pem')
  const keyFile = join(project, 'documented-host.key')
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=documented host',
    '-addext', `subjectAltName=DNS:${documentedHost}`, '-keyout', keyFile, '-out', file], { stdio: 'pipe' })
  return { file, cert: readFileSync(file), key: readFileSync(keyFile) }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}
