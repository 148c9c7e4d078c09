import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { loadByImport } from './packed.mjs'

const { ExemplarClient, ExemplarError, ExemplarMisuseError } = await loadByImport()
const apiKey = 'eis_work_key'

/** A client whose requests end here; only what goes over the wire is played, by the contract tests, with real connections. */
function clientThatAnswers(status, options = {}) {
  const sent = []
  const warnings = []
  const fetch = async (url, init) => {
    sent.push(JSON.parse(init.body))
    return new Response('{"success":true}', { status })
  }
  return { sent, warnings, client: new ExemplarClient({ apiKey, fetch, warn: (text) => warnings.push(text), ...options }) }
}

test('Work that succeeds is reported, after it is done, and its result is returned', async () => {
  const { client, sent } = clientThatAnswers(200)
  const result = await client.withHeartbeat('a', async () => (assert.equal(sent.length, 0), 12), { metadata: { host: 'x' } })
  assert.deepEqual([result, sent], [12, [{ monitor_id: 'a', metadata: { host: 'x' } }]])
})

test('Work that throws or rejects is not reported, and its own exception is passed on', async () => {
  const { client, sent } = clientThatAnswers(200)
  const reason = new RangeError('mine')
  await assert.rejects(client.withHeartbeat('a', () => { throw reason }), (error) => error === reason)
  await assert.rejects(client.withHeartbeat('a', async () => { throw reason }), (error) => error === reason)
  assert.deepEqual(sent, [])
})

test('A heartbeat that fails does not change the result of the work', async () => {
  const { client, warnings } = clientThatAnswers(401)
  assert.equal(await client.withHeartbeat('a', () => 'done'), 'done')
  assert.equal(warnings.length, 1)
})

test('A metadata function that fails loses neither the result nor the heartbeat', async () => {
  const { client, sent, warnings } = clientThatAnswers(200)
  const failing = [() => { throw new Error('x') }, async () => { throw new Error('x') }, () => 'text', () => ({ big: 'a'.repeat(20_000) }), () => { throw { toString() { throw new Error() } } }]
  for (const metadata of failing) assert.equal(await client.withHeartbeat('a', () => 1, { metadata }), 1)
  assert.deepEqual(sent, failing.map(() => ({ monitor_id: 'a' })))
  assert.equal(warnings.length, 1)
})

test('Misuse is told before the work begins', async () => {
  const { client } = clientThatAnswers(200)
  let worked = 0
  await assert.rejects(client.withHeartbeat('', () => ++worked), ExemplarMisuseError)
  await assert.rejects(client.withHeartbeat('a', () => ++worked, { metadata: [1] }), ExemplarMisuseError)
  assert.equal(worked, 0)
})

test('Asked to, it throws: for one call, and for all of a client', async () => {
  const { client } = clientThatAnswers(401)
  await assert.rejects(client.withHeartbeat('a', () => 1, { throwOnError: true }), ExemplarError)
  const strict = clientThatAnswers(401, { throwOnError: true })
  await assert.rejects(strict.client.sendHeartbeat({ monitorId: 'a' }), ExemplarError)
  assert.equal((await strict.client.sendHeartbeat({ monitorId: 'a', throwOnError: false })).ok, false)
})

test('A signal calls a heartbeat off, before and while it waits to try again, without a warning', async () => {
  const { client, sent, warnings } = clientThatAnswers(503)
  const before = await client.sendHeartbeat({ monitorId: 'a', signal: AbortSignal.abort() })
  assert.deepEqual([before.code, sent.length], ['aborted', 0])
  const start = performance.now()
  const during = await client.sendHeartbeat({ monitorId: 'a', signal: AbortSignal.timeout(50) })
  assert.deepEqual([during.code, sent.length, warnings], ['aborted', 1, []])
  assert.ok(performance.now() - start < 1000)
})

test('No text form of a client or of an error shows the key', async () => {
  const { client } = clientThatAnswers(401)
  const error = await client.sendHeartbeat({ monitorId: apiKey, throwOnError: true }).catch((reason) => reason)
  for (const thing of [client, error])
    for (const text of [String(thing), `${thing}`, JSON.stringify(thing), inspect(thing, { showHidden: true, depth: 10 }), JSON.stringify(Object.entries(thing))])
      assert.ok(!text.includes(apiKey), text)
})

test('A message of misuse does not repeat the key', () => {
  for (const bad of ['eis_secret\nkey', 'eis_secret key', 'eis_sécret'])
    assert.throws(() => new ExemplarClient({ apiKey: bad }), (error) => error instanceof ExemplarMisuseError && !/s.cret/.test(error.message))
  assert.throws(() => new ExemplarClient({ apiKey, baseUrl: 'https://me:hunter2@host' }), (error) => !error.message.includes('hunter2'))
})

test('A key read from a file may end with a line break', async () => {
  const keys = []
  const fetch = async (url, init) => keys.push(init.headers['X-API-Key']) && new Response('{"success":true}')
  await new ExemplarClient({ apiKey: 'eis_x\n', fetch }).sendHeartbeat({ monitorId: 'a' })
  assert.deepEqual(keys, ['eis_x'])
})
