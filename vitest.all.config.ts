import { defineConfig } from 'vitest/config'

/** The tests that need Debian packages or other programs; each names what it misses and counts as skipped. */
export default defineConfig({
  test: {
    globalSetup: ['test/schemas.setup.ts', 'test/runtime.setup.ts'],
    include: ['test/**/*.all.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
