import { defineConfig } from 'vitest/config'

/** Everything that needs nothing but npm. Tests that need other programs end in `.all.test.ts`. */
export default defineConfig({
  test: {
    globalSetup: ['test/schemas.setup.ts', 'test/runtime.setup.ts'],
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/**/*.all.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
