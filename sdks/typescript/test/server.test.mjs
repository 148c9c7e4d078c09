import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadByImport } from './packed.mjs'
import { eventually, startServer, token } from './server.mjs'

const { ExemplarClient } = await loadByImport()
const fast = 0.05
const unknownMonitor = '69c3a0754e257b7d18094f9a'
let server
before(async () => (server = await startServer()))
after(() => server?.stop())

const clientWith = (apiKey) => {
  const warnings = []
  return { warnings, client: new ExemplarClient({ apiKey, baseUrl: server.address, warn: (text) => warnings.push(text) }) }
}

test('A heartbeat brings the monitor up, and silence afterwards brings it down', async () => {
  const { client } = clientWith(await server.createToken(['heartbeat']))
  const monitor = await server.createMonitor('Nightly backup', fast, 0.02)
  const result = await client.sendHeartbeat({ monitorId: monitor.id, metadata: { hostname: 'wörker-01' } })
  assert.deepEqual([result.ok, result.status, result.monitorId, result.monitorStatus, result.attempts], [true, 200, monitor.id, 'up', 1])
  assert.ok(Date.parse(result.deadlineAt) > Date.parse(result.receivedAt))
  const [check] = await server.checks(monitor.id)
  assert.deepEqual([check.id, check.metadata], [result.checkId, { hostname: 'wörker-01' }])

  await eventually(15, () => server.monitor(monitor.id), ({ status }) => status === 'down')
  const missed = (await server.checks(monitor.id)).find(({ source }) => source === 'deadline')
  assert.match(missed.error, /^no heartbeat received within expected_interval_minutes \+ grace_period_minutes \(/)
})

test('A cron keeps the monitor up over several intervals; stopped, it goes down', async () => {
  const { client, warnings } = clientWith(token)
  const monitor = await server.createMonitor('Worker', fast, 0.02)
  let beats = 0
  const results = []
  const cron = client.startHeartbeatCron({ monitorId: monitor.id, intervalSeconds: 1, metadata: async () => ({ beat: ++beats }), onResult: (result) => results.push(result) })
  await eventually(30, () => results, () => results.length >= 9)
  assert.ok(results.every(({ ok }) => ok))
  assert.equal((await server.monitor(monitor.id)).status, 'up')
  const checks = await server.checks(monitor.id)
  assert.ok(checks.every(({ outcome }) => outcome === 'up'))
  assert.deepEqual(checks.map(({ metadata }) => metadata.beat), checks.map((_, index) => checks.length - index))
  cron.stop()
  await eventually(15, () => server.monitor(monitor.id), ({ status }) => status === 'down')
  assert.deepEqual(warnings, [])
})

test('Work that fails sends nothing, work that succeeds beats', async () => {
  const { client } = clientWith(token)
  const monitor = await server.createMonitor('Batch', 60, 5)
  await assert.rejects(client.withHeartbeat(monitor.id, async () => { throw new RangeError('disk full') }), RangeError)
  assert.deepEqual(await server.checks(monitor.id), [])
  assert.equal(await client.withHeartbeat(monitor.id, () => 12, { metadata: (rows) => ({ rows }) }), 12)
  assert.deepEqual((await server.checks(monitor.id)).map(({ metadata }) => metadata), [{ rows: 12 }])
})

test('The server\'s refusals reach the result, and the warning says what to do', async () => {
  const monitor = await server.createMonitor('Refused', 60, 5)
  const unknown = clientWith(token)
  const missing = await unknown.client.sendHeartbeat({ monitorId: unknownMonitor })
  assert.deepEqual([missing.ok, missing.status, missing.code, missing.attempts], [false, 404, 'monitor_not_found', 1])
  assert.equal(unknown.warnings.length, 1)
  const malformed = await unknown.client.sendHeartbeat({ monitorId: '<monitor_id>' })
  assert.deepEqual([malformed.status, malformed.code], [400, 'invalid_request'])
  assert.match(malformed.error, /monitor_id/)
  const stranger = await clientWith('eis_of_somebody_else').client.sendHeartbeat({ monitorId: monitor.id })
  assert.deepEqual([stranger.status, stranger.code], [401, 'invalid_token'])
  const reader = await clientWith(await server.createToken(['read'])).client.sendHeartbeat({ monitorId: monitor.id })
  assert.deepEqual([reader.status, reader.code], [403, 'insufficient_scope'])
})

test('The limit of metadata is the server\'s own', async () => {
  const { client } = clientWith(token)
  const monitor = await server.createMonitor('Large', 60, 5)
  const largest = await client.sendHeartbeat({ monitorId: monitor.id, metadata: { k: 'é'.repeat((16 * 1024 - 8) / 2) } })
  assert.equal(largest.ok, true, largest.error)
})

test('A heartbeat that had to wait stands at the moment when the work was done, and one that waited too long is refused', async () => {
  const { client } = clientWith(token)
  const monitor = await server.createMonitor('Spooled', 60, 5)
  const occurredAt = new Date(Date.now() - 30 * 60_000)
  const result = await client.sendHeartbeat({ monitorId: monitor.id, occurredAt })
  assert.equal(result.ok, true, result.error)
  assert.deepEqual((await server.checks(monitor.id)).map(({ at }) => at), [occurredAt.toISOString()])
  const late = await client.sendHeartbeat({ monitorId: monitor.id, occurredAt: new Date(Date.now() - 8 * 24 * 3600_000) })
  assert.deepEqual([late.status, late.code], [400, 'invalid_request'])
  assert.match(late.error, /occurred_at/)
})
