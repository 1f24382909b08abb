import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { scratch } from '../registry/images.ts'

/**
 * Puts shell scripts in the place of container engines for one test, which finds no other programs than `sh`'s own and `tar`.
 * What runs here for real is in the tests that need Debian packages; Docker's daemon runs nowhere in a test.
 */
export const standIn = (scripts: Readonly<Record<string, string>>): { calls: string } => {
  const folder = scratch()
  const calls = join(folder, 'calls')
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >> ${calls}\n${script}\n`)
    chmodSync(path, 0o755)
  }
  writeFileSync(join(folder, 'tar'), '#!/bin/sh\nPATH=/usr/bin:/bin exec tar "$@"\n')
  chmodSync(join(folder, 'tar'), 0o755)
  const before = process.env['PATH']
  process.env['PATH'] = folder
  onTestFinished(() => {
    process.env['PATH'] = before
  })
  return { calls }
}
