import { UserError } from '../errors.ts'
import { type Restored, restore } from '../operations/database/restore.ts'
import type { Version } from '../operations/database/version.ts'
import { commandLine } from './commandLine.ts'
import type { RestoreFlags } from './commands/db.ts'
import { openBackend } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { runLong } from './longCommand.ts'
import { ago } from './print/ago.ts'
import { versionText } from './print/backend.ts'
import type { Shell } from './shell.ts'

/** `storyarch db restore`: an earlier version becomes the current one; prints the command that undoes it. */
export const runRestore = async (flags: GlobalFlags & RestoreFlags, shell: Shell): Promise<ExitCode> => {
  const wanted = flags.version
  if (wanted === null || wanted === '')
    throw new UserError(
      'Which version shall come back?',
      'Say --version ID; storyarch db versions lists them.',
      {
        exitCode: exitCode.usage,
      },
    )
  return runLong(
    {
      again: commandLine('db restore', flags, ['--version', wanted, ...(flags.stop ? ['--stop'] : [])]),
      open: report => openBackend(flags, shell, report),
      async work({ world, backend, by, identified }, settled) {
        const who = await identified(by())
        const confirm = (version: Version, current: Version | null) =>
          confirmed(version, current, flags, shell)
        const restored = await restore(world, backend, { wanted, stopFirst: flags.stop, by: who, confirm })
        settled()
        return tell(restored, flags, shell)
      },
    },
    flags,
    shell,
  )
}

const confirmed = async (
  version: Version,
  current: Version | null,
  flags: GlobalFlags,
  shell: Shell,
): Promise<boolean> => {
  if (flags.yes) return true
  const now = shell.host.now()
  shell.say(`comes back   ${versionText(version)} of ${ago(version.atMs, now)}`)
  shell.say(`in place of  ${replacedText(version, current, now)}`)
  return /^y(es)?$/i.test(await shell.ask('Do it? [y/N] ', '--yes'))
}

const replacedText = (version: Version, current: Version | null, nowMs: number): string => {
  if (current === null) return 'nothing: the database was deleted'
  if (current.id === version.id)
    return 'what the running backend made of it, which is stored as a version first'
  return `${versionText(current)} of ${ago(current.atMs, nowMs)}, which stays as an earlier version`
}

const tell = (
  restored: Restored,
  flags: GlobalFlags,
  shell: Shell,
): { exitCode: ExitCode; outputs: Record<string, string> } => {
  const undo =
    restored.outcome === 'restored' && restored.previous !== null
      ? commandLine('db restore', flags, ['--version', restored.previous.id])
      : null
  if (flags.json) shell.emit({ type: 'db-restore', ...eventOf(restored), undo })
  if (restored.outcome === 'declined') {
    if (!flags.json) shell.say('Nothing was changed.')
    return { exitCode: exitCode.error, outputs: {} }
  }
  if (restored.outcome === 'current already') {
    if (!flags.json) shell.say(`It is the current one already: ${versionText(restored.version)}.`)
    return { exitCode: exitCode.ok, outputs: {} }
  }
  const { version, madeId, startedMeanwhile } = restored
  shell.say(`The database is again as it was in ${versionText(version)}; now it is version ${madeId}.`)
  if (startedMeanwhile)
    shell.say(
      shell.sayColours.yellow(
        `Somebody started the backend meanwhile, with the database as it was before. Stop it (${commandLine('stop', flags)}): what it wrote is put aside, and the next start has the restored one.`,
      ),
    )
  if (undo !== null) shell.say(`To undo it: ${undo}`)
  if (!flags.json) shell.out(madeId)
  return { exitCode: exitCode.ok, outputs: { version_id: madeId, ...(undo !== null && { undo }) } }
}

/** `version` is the name of the event's own. */
const eventOf = (restored: Restored) => {
  if (restored.outcome === 'declined') return restored
  const { version: restoredVersion, ...rest } = restored
  return { restoredVersion, ...rest }
}
