// The vectors without a test runner, for other runtimes: npm run test:elsewhere -- bun   (deno, or an older node)
import { loadByImport } from './packed.mjs'
import { runVector, vectors } from './vectors.mjs'

const sdk = await loadByImport()
let passed = 0
let failed = 0
for (const vector of vectors()) {
  try {
    await runVector(vector, sdk)
    passed++
  } catch (error) {
    failed++
    console.log(`${vector.file}: ${vector.name}: ${error.message}`)
  }
}
console.log(`ℹ pass ${passed}\nℹ fail ${failed}`)
process.exit(failed === 0 ? 0 : 1)
