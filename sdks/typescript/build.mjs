// Builds dist/esm and dist/cjs, each with types of its own: a CommonJS consumer must not be told that it gets an ES module.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
writeFileSync(new URL('src/version.ts', import.meta.url), `export const version = '${version}'\n`)

rmSync(new URL('dist', import.meta.url), { recursive: true, force: true })
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
for (const project of ['tsconfig.json', 'tsconfig.cjs.json'])
  execFileSync(process.execPath, [tsc, '-p', project], { cwd: here, stdio: 'inherit' })
writeFileSync(new URL('dist/esm/package.json', import.meta.url), '{ "type": "module", "sideEffects": false }\n')
writeFileSync(new URL('dist/cjs/package.json', import.meta.url), '{ "type": "commonjs", "sideEffects": false }\n')
