// What was installed from the packed file, as a consumer of either module system sees it.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const packageName = '@exemplar-dev/exemplar-typescript-sdk'
export const project = process.env.EXEMPLAR_TEST_PROJECT
if (!project) throw new Error('run the tests with: npm test')
export const tarball = process.env.EXEMPLAR_TEST_TARBALL
export const installed = join(project, 'node_modules', packageName)
export const esmAddress = pathToFileURL(join(installed, 'dist/esm/index.js')).href

export const loadByImport = () => import(esmAddress)
export const loadByRequire = () => createRequire(join(project, 'consumer.cjs'))(packageName)
