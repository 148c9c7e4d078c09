// Packs the package, installs the tarball into an empty project, starts the fault server, and runs the tests against what was installed.
// Arguments name test files; without any, all run. The last line is "typescript: N passed, N failed, N skipped".
// "--elsewhere PROGRAM ARGUMENT…" runs the vectors alone in another runtime: bun, "deno run -A", an older node.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'exemplar-ts-'))
process.on('exit', () => rmSync(project, { recursive: true, force: true }))

const npm = (folder, ...args) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const [packed] = JSON.parse(npm(join(here, '..'), 'pack', '--json', '--silent', '--pack-destination', project))
writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }\n')
npm(project, 'install', '--silent', '--offline', '--no-audit', '--no-fund', join(project, packed.filename))

const python = process.env.PYTHON ?? 'python3'
const faults = spawn(python, [join(here, '../../contract/fault_server.py'), '--until-stdin-closes'], { stdio: ['pipe', 'pipe', 'inherit'] })
faults.on('exit', (code) => {
  if (code) console.error(`the fault server ended with code ${code}`)
})
const [line] = await once(createInterface(faults.stdout), 'line')
const { control, ca_file } = JSON.parse(line)

const given = process.argv.slice(2)
const all = () => readdirSync(here).filter((name) => name.endsWith('.test.mjs')).map((name) => join(here, name))
const [program, ...rest] = given[0] === '--elsewhere'
  ? [...given.slice(1), join(here, 'vectors-elsewhere.mjs')]
  : [process.execPath, '--test', '--test-reporter=spec', ...(given.length > 0 ? given : all())]
const tests = spawn(program, rest, {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    NODE_EXTRA_CA_CERTS: ca_file,
    DENO_CERT: ca_file,
    EXEMPLAR_TEST_PROJECT: project,
    EXEMPLAR_TEST_TARBALL: join(project, packed.filename),
    EXEMPLAR_TEST_FAULTS: control,
  },
})
tests.on('error', (error) => console.error(`${program} cannot be started: ${error.message}`))
// A test that hangs must not hang whoever waits for the totals, and no test outlives this program.
const limit = setTimeout(() => tests.kill('SIGTERM'), 600_000)
process.on('exit', () => tests.kill('SIGTERM'))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
const totals = { pass: 0, fail: 0, skipped: 0, todo: 0, cancelled: 0 }
let counted = false
createInterface(tests.stdout).on('line', (text) => {
  console.log(text)
  const total = /^ℹ (pass|fail|skipped|todo|cancelled) (\d+)$/.exec(text)
  if (total) {
    totals[total[1]] = Number(total[2])
    counted = true
  }
})
const [code] = await once(tests, 'close')
clearTimeout(limit)
faults.stdin.end()

let failed = totals.fail + totals.cancelled
if (!counted || (code !== 0 && failed === 0)) {
  console.error(`the tests ended with code ${code}${counted ? '' : ' and without totals'}`)
  failed += 1
}
console.log(`typescript: ${totals.pass} passed, ${failed} failed, ${totals.skipped + totals.todo} skipped`)
process.exitCode = failed === 0 && totals.pass > 0 ? 0 : 1
