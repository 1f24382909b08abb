import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { backup, backupName } from '../operations/database/backup.ts'
import { currentVersion } from '../operations/database/currentVersion.ts'
import { listVersions } from '../operations/database/listVersions.ts'
import { readLife } from '../operations/readLife.ts'
import { openBackend } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { ago } from './print/ago.ts'
import { versionText } from './print/backend.ts'
import type { Shell } from './shell.ts'

/** `storyarch db backup`: the current version as a file that is whole and sound, or no file. */
export const runBackup = async (flags: GlobalFlags, shell: Shell, file: string | null): Promise<ExitCode> => {
  const { world, backend, identified, close } = await openBackend(flags, shell, () => {})
  const now = shell.host.now()
  const name = file ?? join(shell.host.directory, backupName(backend.stack, now))
  const path = resolve(name)
  const isThere = existsSync(path)
  if (isThere && statSync(path).isDirectory())
    throw new UserError(`${path} is a folder.`, 'Name the file that the database is to be saved as.', {
      exitCode: exitCode.usage,
    })
  if (isThere && !flags.yes) {
    const answer = await shell.ask(`${name} is there already. Overwrite it? [y/N] `, '--yes')
    if (!/^y(es)?$/i.test(answer)) {
      shell.say('Nothing was written.')
      return exitCode.error
    }
  }
  const [versions, life] = await identified(
    Promise.all([listVersions(world.aws, backend.database, backend.stack), readLife(world.aws, backend)]),
  )
  const version = currentVersion(versions, backend.database)
  const { sha256 } = await backup(world, backend, version, path)
  close()
  if (flags.json) {
    shell.emit({ type: 'db-backup', file: name, stored: version, sha256, backend: life.state })
    return exitCode.ok
  }
  shell.say(`Saved ${versionText(version)} of ${ago(version.atMs, now)}, checked by SQLite.`)
  if (life.state !== 'ASLEEP')
    shell.say(`The backend is ${life.state}: what it wrote since is stored when it stops.`)
  shell.out(name)
  return exitCode.ok
}
