// Runs a vector of sdks/contract against a client that was installed from the packed file.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { inspect } from 'node:util'

const folder = new URL('../../contract/', import.meta.url)
const key = 'eis_contract_key_that_must_never_be_shown'
const control = process.env.EXEMPLAR_TEST_FAULTS

export function vectors(only) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && (!only || name === only))
  return files.flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')).vectors.map((vector) => ({ file, ...vector })))
}

const sdkNames = {
  ok: 'ok', status: 'status', code: 'code', attempts: 'attempts', monitor_id: 'monitorId', check_id: 'checkId', monitor_status: 'monitorStatus',
  received_at: 'receivedAt', next_expected_at: 'nextExpectedAt', deadline_at: 'deadlineAt',
}
const sdkOptions = { total_timeout_seconds: 'totalTimeoutSeconds', attempt_timeout_seconds: 'attemptTimeoutSeconds', max_attempts: 'maxAttempts' }

export async function runVector(vector, { ExemplarClient, ExemplarError, ExemplarMisuseError }) {
  const scenario = await ask('POST', '/__scenario', vector.server)
  const fill = (text) => (typeof text === 'string' ? text.replaceAll('{base}', scenario.base_url).replaceAll('{other}', scenario.other_url).replaceAll('{key}', key) : text)
  const warnings = []
  const seen = []
  try {
    const init = { api_key: '{key}', base_url: '{base}', ...vector.init }
    const options = { apiKey: fill(init.api_key) ?? undefined, baseUrl: fill(init.base_url) ?? undefined, warn: (message) => warnings.push(message) }
    for (const [name, value] of Object.entries(vector.options ?? {})) options[known(sdkOptions, name)] = value

    const make = () => inEnvironment(vector.environment ?? {}, fill, () => new ExemplarClient(options))
    if (vector.expect_init) {
      assert.equal(vector.expect_init.raises, 'misuse')
      assert.throws(make, (error) => seen.push(error) && error instanceof ExemplarMisuseError)
    } else {
      const client = make()
      seen.push(client, String(client))
      const start = performance.now()
      for (const call of vector.calls) await runCall(client, call, seen, { ExemplarError, ExemplarMisuseError })
      within(vector.expect.elapsed_seconds, (performance.now() - start) / 1000, 'elapsed_seconds')
    }

    const report = await ask('GET', `/__requests?id=${scenario.id}`)
    checkReport(vector.expect, report)
    checkWarnings(vector.expect, warnings)
    for (const thing of [...seen, ...warnings])
      for (const text of [inspect(thing, { depth: 20, showHidden: true, getters: true }), JSON.stringify(thing), thing?.stack, String(thing)])
        assert.ok(!text?.includes(key), `the key is in ${text}`)
  } finally {
    await ask('DELETE', `/__scenario?id=${scenario.id}`)
  }
}

async function runCall(client, call, seen, { ExemplarError, ExemplarMisuseError }) {
  const heartbeat = { monitorId: call.monitor_id }
  if ('metadata' in call) heartbeat.metadata = value(call.metadata)
  if ('occurred_at' in call) heartbeat.occurredAt = moment(call.occurred_at)
  if ('raise_on_error' in call) heartbeat.throwOnError = call.raise_on_error
  const { raises, error_contains: part, ...fields } = call.expect
  let outcome
  if (raises) {
    outcome = await client.sendHeartbeat(heartbeat).then(
      (result) => assert.fail(`no exception, but ${inspect(result)}`),
      (error) => error,
    )
    assert.ok(outcome instanceof { misuse: ExemplarMisuseError, failure: ExemplarError }[raises], inspect(outcome))
  } else {
    outcome = await client.sendHeartbeat(heartbeat)
  }
  seen.push(outcome)
  for (const [name, expected] of Object.entries(fields)) within(expected, outcome[known(sdkNames, name)], `${name} of ${inspect(outcome)}`)
  if (part) assert.ok(outcome.error.includes(part), outcome.error)
}

function checkReport(expect, report) {
  const { requests, connections, other_requests: others, request } = expect
  within(requests, report.requests.length, 'requests')
  within(connections, report.connections, 'connections')
  within(others, report.other_requests.length, 'other_requests')
  if (!request) return
  assert.ok(report.requests.length > 0, 'no request arrived')
  for (const arrived of report.requests) {
    if (request.method) assert.equal(arrived.method, request.method)
    if (request.path) assert.equal(arrived.path, request.path)
    if (request.body) assert.deepEqual(JSON.parse(arrived.body), request.body)
    for (const name of request.absent_headers ?? []) assert.equal(arrived.headers[name], undefined, name)
    for (const [name, form] of Object.entries(request.headers ?? {}))
      if (name === 'x-api-key') assert.equal(arrived.headers[name], key)
      else assert.match(arrived.headers[name] ?? '', new RegExp(form), name)
  }
}

function checkWarnings(expect, warnings) {
  within(expect.warnings, warnings.length, `warnings: ${inspect(warnings)}`)
  for (const warning of warnings) {
    for (const part of expect.warning_contains ?? []) assert.ok(warning.includes(part), warning)
    if (expect.warning_max_length) assert.ok(warning.length <= expect.warning_max_length, `${warning.length} characters`)
    if (expect.warning_one_line) assert.doesNotMatch(warning, /\p{Cc}/u)
  }
}

function within(expected, actual, what) {
  if (expected === undefined) return
  if (expected !== null && typeof expected === 'object') {
    assert.ok(actual >= (expected.min ?? -Infinity) && actual <= (expected.max ?? Infinity), `${what}: ${actual} is not within ${inspect(expected)}`)
  } else {
    assert.deepEqual(actual, expected, what)
  }
}

function known(names, name) {
  assert.ok(names[name], `the vector names ${name}, which this runner does not know`)
  return names[name]
}

function value(json) {
  if (json === null || typeof json !== 'object') return json
  if (json.$repeat) return json.$repeat.text.repeat(json.$repeat.times)
  if (json.$not_serialisable) return 10n
  if (Array.isArray(json)) return json.map(value)
  return Object.fromEntries(Object.entries(json).map(([name, inner]) => [name, value(inner)]))
}

function moment(json) {
  if (json?.$not_a_moment) return new Date('not a moment')
  return typeof json === 'string' ? new Date(json) : json
}

function inEnvironment(variables, fill, action) {
  const before = process.env.EXEMPLAR_BASE_URL
  delete process.env.EXEMPLAR_BASE_URL
  for (const [name, text] of Object.entries(variables)) process.env[name] = fill(text)
  try {
    return action()
  } finally {
    delete process.env.EXEMPLAR_BASE_URL
    if (before !== undefined) process.env.EXEMPLAR_BASE_URL = before
  }
}

export async function ask(method, path, body) {
  const response = await fetch(control + path, { method, body: body && JSON.stringify(body) })
  const answer = await response.json()
  assert.ok(response.ok, inspect(answer))
  return answer
}
