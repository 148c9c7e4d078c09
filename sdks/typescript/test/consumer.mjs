// A project that uses the installed package: the packages that it needs beside it are those of this folder.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { project } from './packed.mjs'

const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const tsc = join(modules, 'typescript/bin/tsc')

export function link(...names) {
  for (const name of names) {
    const place = join(project, 'node_modules', name)
    mkdirSync(dirname(place), { recursive: true })
    if (!existsSync(place)) symlinkSync(join(modules, name), place)
  }
}

/** Compiles files (name: text) in a folder of the project; throws with the compiler's words when they are wrong. Returns the folder. */
export function compile(name, files, options = {}) {
  const folder = join(project, name)
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  const compilerOptions = {
    target: 'ES2022', lib: ['ES2022'], types: [], module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true, skipLibCheck: false, outDir: 'out', ...options,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files).filter((file) => /\.[mc]?ts$/.test(file)) }))
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    throw new Error(`tsc refused ${name}:\n${error.stdout}`)
  }
  return folder
}
