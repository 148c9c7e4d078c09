import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadByImport, loadByRequire } from './packed.mjs'
import { runVector, vectors } from './vectors.mjs'

describe('imported', { concurrency: 4 }, async () => {
  const sdk = await loadByImport()
  for (const vector of vectors()) test(`${vector.file}: ${vector.name}`, () => runVector(vector, sdk))
})

describe('required', { concurrency: 4 }, () => {
  const sdk = loadByRequire()
  for (const vector of vectors('requests.json')) test(`${vector.file}: ${vector.name}`, () => runVector(vector, sdk))
})

test('the vectors are found', () => {
  assert.ok(vectors().length > 100)
})
