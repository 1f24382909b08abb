import { spawnSync } from 'node:child_process'
import { describe } from 'vitest'
import { startMoto } from '../../emulator/moto.ts'
import { operationsOn } from './operationsOn.ts'

const missing = spawnSync('moto_server', ['--version']).error !== undefined

/** The same on an AWS that nobody here wrote. */
describe.skipIf(missing)('on moto_server', () =>
  operationsOn(false, async () => {
    const { endpoint, stop } = await startMoto()
    return { endpoint, close: stop }
  }),
)
