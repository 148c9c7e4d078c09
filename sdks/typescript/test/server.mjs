// A real Exemplar server with data of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../../src/Exemplar.Server/bin/Release/net10.0/Exemplar.Server.dll', import.meta.url))
export const token = 'typescript_sdk_test_token_of_more_than_32_characters'

export async function startServer() {
  if (!existsSync(binary)) throw new Error('build the server first: dotnet build src/Exemplar.Server -c Release')
  const data = mkdtempSync(join(tmpdir(), 'exemplar-ts-server-'))
  const server = spawn('dotnet', [binary, '--urls', 'http://127.0.0.1:0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, EXEMPLAR_ADMIN_TOKEN: token, NODE_EXTRA_CA_CERTS: '' },
  })
  const address = await new Promise((resolve, reject) => {
    createInterface(server.stdout).on('line', (line) => {
      const ready = /Exemplar is listening on (http:\S+)/.exec(line)
      if (ready) resolve(ready[1])
    })
    server.once('exit', (code) => reject(new Error(`the server ended with code ${code}`)))
  })
  const call = async (method, path, body) => {
    const response = await fetch(address + path, { method, headers: { 'X-API-Key': token }, body: body && JSON.stringify(body) })
    const answer = response.status === 204 ? null : await response.json()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    address,
    createMonitor: (name, minutes, grace) =>
      call('POST', '/api/monitoring/monitors', { kind: 'heartbeat', name, expected_interval_minutes: minutes, grace_period_minutes: grace }),
    createToken: async (scopes) => (await call('POST', '/api/tokens', { name: 'typescript', scopes })).token,
    monitor: (id) => call('GET', `/api/monitoring/monitors/${id}`),
    checks: async (id) => (await call('GET', `/api/monitoring/monitors/${id}/checks`)).items,
    async stop() {
      server.kill('SIGTERM')
      await once(server, 'exit')
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Asks again until the answer is as wanted; fails after the given seconds with what it saw last. */
export async function eventually(seconds, ask, wanted) {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    if (performance.now() > end) assert.fail(`after ${seconds} s it is still ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
