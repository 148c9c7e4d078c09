import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { loadByImport, packageName, project } from './packed.mjs'
import { eventually } from './server.mjs'

const { ExemplarClient, ExemplarMisuseError } = await loadByImport()
const accepted = '{"success":true}'
const apiKey = 'eis_cron'
const monitorId = '69c3a0754e257b7d18094f9a'

/** Notes when each heartbeat arrives and how many are there at once. `answer` says what happens to it. */
async function listen(context, answer = (response) => response.end(accepted)) {
  const seen = { arrivals: [], bodies: [], atOnce: 0, mostAtOnce: 0 }
  const server = createServer((request, response) => {
    seen.arrivals.push(performance.now())
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce)
    response.on('close', () => seen.atOnce--)
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      seen.bodies.push(JSON.parse(body))
      answer(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  seen.baseUrl = `http://127.0.0.1:${server.address().port}`
  // Also after a failure: a server that listens would keep the whole test run alive.
  context.after(() => (server.close(), server.closeAllConnections()))
  return seen
}

/** A cron that ends with its test, whatever comes of it. */
function startCron(context, client, options) {
  const cron = client.startHeartbeatCron(options)
  context.after(() => cron.stop())
  return cron
}

/** A client that has beaten once: what a first heartbeat takes on a busy machine is no matter of the grid. */
async function warmed(seen) {
  const client = new ExemplarClient({ apiKey, baseUrl: seen.baseUrl })
  await client.sendHeartbeat({ monitorId })
  await eventually(20, () => seen.atOnce, (atOnce) => atOnce === 0)
  seen.arrivals.length = 0
  return client
}

const slowly = (milliseconds) => (response) => setTimeout(() => response.end(accepted), milliseconds)
const arrived = (seen, count) => eventually(20, () => seen.arrivals, (arrivals) => arrivals.length >= count)
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('A cron', { concurrency: 4 }, () => {
  test('beats at once', async (context) => {
    const seen = await listen(context)
    const cron = startCron(context, new ExemplarClient({ apiKey, baseUrl: seen.baseUrl }), { monitorId, intervalSeconds: 3600 })
    // Within the 20 s of patience, not after an hour.
    await arrived(seen, 1)
    cron.stop()
  })

  test('does not drift: what the answers take does not add up', async (context) => {
    const seen = await listen(context, slowly(120))
    const client = await warmed(seen)
    const startedAt = performance.now()
    const cron = startCron(context, client, { monitorId, intervalSeconds: 0.25 })
    await arrived(seen, 21)
    cron.stop()
    // Twenty intervals are 5 s; a timer set anew after each answer would need 7.4 s. One late wake-up moves one beat only, the last included.
    const whole = seen.arrivals[20] - startedAt
    assert.ok(whole > 4990 && whole < 6200, `${whole} ms`)
  })

  test('does not overlap: it leaves out the moments that pass while a heartbeat is on its way', async (context) => {
    const seen = await listen(context, slowly(1400))
    const client = await warmed(seen)
    const startedAt = performance.now()
    const cron = startCron(context, client, { monitorId, intervalSeconds: 1 })
    await arrived(seen, 4)
    cron.stop()
    assert.equal(seen.mostAtOnce, 1)
    // Every second point of the grid: 0, 2, 4, 6 s.
    for (const [index, at] of seen.arrivals.entries()) {
      const late = at - startedAt - index * 2000
      assert.ok(late > -10 && late < 500, `beat ${index} is ${late} ms late`)
    }
  })

  test('with an interval beyond the reach of a timer neither beats nor wakes up all the time', async (context) => {
    const complaints = []
    const complain = (warning) => complaints.push(warning.name)
    process.on('warning', complain)
    context.after(() => process.off('warning', complain))
    const seen = await listen(context)
    const cron = startCron(context, new ExemplarClient({ apiKey, baseUrl: seen.baseUrl }), { monitorId, intervalSeconds: 60 * 24 * 3600 })
    await arrived(seen, 1)
    await pause(500)
    assert.deepEqual([seen.arrivals.length, complaints], [1, []])
    cron.stop()
  })

  test('stops: no heartbeat afterwards, the one on its way is called off, and nothing is logged', async (context) => {
    const seen = await listen(context, () => {})
    const warnings = []
    const results = []
    const client = new ExemplarClient({ apiKey, baseUrl: seen.baseUrl, warn: (text) => warnings.push(text) })
    const cron = startCron(context, client, { monitorId, intervalSeconds: 0.1, onResult: (result) => results.push(result) })
    await arrived(seen, 1)
    cron.stop()
    cron.stop()
    await eventually(2, () => results, () => results.length === 1)
    await pause(400)
    assert.deepEqual([seen.arrivals.length, results[0].code, seen.atOnce, warnings], [1, 'aborted', 0, []])
  })

  test('calls the metadata function, async or not, for every heartbeat', async (context) => {
    const seen = await listen(context)
    const client = new ExemplarClient({ apiKey, baseUrl: seen.baseUrl })
    let calls = 0
    const crons = [
      startCron(context, client, { monitorId: 'sync', intervalSeconds: 0.1, metadata: () => ({ call: ++calls }) }),
      startCron(context, client, { monitorId: 'async', intervalSeconds: 0.1, metadata: async () => ({ call: ++calls }) }),
    ]
    await arrived(seen, 6)
    crons.forEach((cron) => cron.stop())
    const numbers = seen.bodies.map(({ metadata }) => metadata.call)
    assert.equal(new Set(numbers).size, numbers.length)
  })

  for (const [name, metadata] of Object.entries({
    'that throws': () => { throw new Error('no queue') },
    'that rejects': async () => { throw new Error('no queue') },
    'that gives a list': () => [1],
    'that never ends': () => new Promise(() => {}),
  }))
    test(`with a metadata function ${name} beats without metadata and warns once`, async (context) => {
      const seen = await listen(context)
      const warnings = []
      const client = new ExemplarClient({ apiKey, baseUrl: seen.baseUrl, attemptTimeoutSeconds: 0.5, warn: (text) => warnings.push(text) })
      const cron = startCron(context, client, { monitorId, intervalSeconds: 0.1, metadata })
      await arrived(seen, 3)
      cron.stop()
      assert.deepEqual(seen.bodies[2], { monitor_id: monitorId })
      assert.equal(warnings.length, 1)
      assert.match(warnings[0], /goes without metadata/)
    })

  test('goes on after failures, and after a logger and a listener that fail too', async (context) => {
    let refused = 0
    const seen = await listen(context, (response) => {
      response.statusCode = ++refused <= 2 ? 401 : 200
      response.end(accepted)
    })
    const client = new ExemplarClient({ apiKey, baseUrl: seen.baseUrl, warn: async () => { throw new Error('log disk full') } })
    const results = []
    const cron = startCron(context, client, {
      monitorId, intervalSeconds: 0.1,
      onResult: async (result) => {
        results.push(result.status)
        throw new Error('listener')
      },
    })
    await eventually(10, () => results, () => results.length >= 4)
    cron.stop()
    assert.deepEqual(results.slice(0, 4), [401, 401, 200, 200])
  })

  test('is refused for misuse, at once', () => {
    const client = new ExemplarClient({ apiKey, baseUrl: 'http://127.0.0.1:9' })
    for (const options of [
      { monitorId: '', intervalSeconds: 1 }, { monitorId }, { monitorId, intervalSeconds: 0 }, { monitorId, intervalSeconds: -1 }, { monitorId, intervalSeconds: NaN },
      { monitorId, intervalSeconds: Infinity }, { monitorId, intervalSeconds: '60' }, { monitorId, intervalSeconds: 0.001 }, { monitorId, intervalSeconds: 1, metadata: [1] }, undefined,
    ])
      assert.throws(() => client.startHeartbeatCron(options), ExemplarMisuseError, JSON.stringify(options))
  })
})

describe('A process', { concurrency: 2 }, () => {
  async function run(text) {
    const file = join(project, `process${Math.random().toString(36).slice(2)}.mjs`)
    writeFileSync(file, text)
    const start = performance.now()
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (part) => (output += part))
    child.stderr.on('data', (part) => (output += part))
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000)
    const [code, signal] = await once(child, 'close')
    clearTimeout(limit)
    return { code, signal, output, seconds: (performance.now() - start) / 1000 }
  }

  test('with a cron ends when its own work is done', async (context) => {
    const seen = await listen(context)
    const ended = await run(`
      import { initExemplar, startHeartbeatCron } from '${packageName}'
      initExemplar({ apiKey: 'eis_x', baseUrl: '${seen.baseUrl}' })
      startHeartbeatCron({ monitorId: 'a', intervalSeconds: 60 })
      setTimeout(() => console.log('work done'), 300)`)
    assert.deepEqual([ended.code, ended.output.trim(), seen.arrivals.length], [0, 'work done', 1])
    assert.ok(ended.seconds < 10, `${ended.seconds} s`)
  })

  test('with a cron whose heartbeats fail ends too, instead of waiting for the retries', async (context) => {
    const seen = await listen(context, (response) => {
      response.writeHead(503, { 'Retry-After': '9' })
      response.end()
    })
    const ended = await run(`
      import { initExemplar, startHeartbeatCron } from '${packageName}'
      initExemplar({ apiKey: 'eis_x', baseUrl: '${seen.baseUrl}' })
      startHeartbeatCron({ monitorId: 'a', intervalSeconds: 60 })`)
    assert.deepEqual([ended.code, ended.output, seen.arrivals.length], [0, '', 1])
    assert.ok(ended.seconds < 7, `${ended.seconds} s`)
  })

  test('that awaits a heartbeat lives until it has its result, through every retry', async (context) => {
    let tries = 0
    const seen = await listen(context, (response) => {
      response.statusCode = ++tries < 3 ? 503 : 200
      response.end(accepted)
    })
    const ended = await run(`
      import { initExemplar, sendHeartbeat } from '${packageName}'
      initExemplar({ apiKey: 'eis_x', baseUrl: '${seen.baseUrl}' })
      const result = await sendHeartbeat({ monitorId: 'a' })
      console.log(result.ok, result.attempts)`)
    assert.deepEqual([ended.code, ended.output.trim()], [0, 'true 3'])
  })

  test('does not crash when nobody looks at a heartbeat that fails; the warning goes to the console, without the key', async () => {
    const ended = await run(`
      import { initExemplar, sendHeartbeat } from '${packageName}'
      initExemplar({ apiKey: 'eis_very_secret', baseUrl: 'http://127.0.0.1:9', totalTimeoutSeconds: 0.5 })
      sendHeartbeat({ monitorId: 'a' })`)
    assert.equal(ended.code, 0)
    assert.match(ended.output, /^\[exemplar\] the heartbeat of monitor a failed/)
    assert.doesNotMatch(ended.output, /eis_very_secret/)
  })
})
