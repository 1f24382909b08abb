import type { Command, CommandGroup } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export interface RestoreFlags {
  /** The parser demands nothing: a version that is missing is told with those there are. */
  readonly version: string | null
  readonly stop: boolean
}

const versions: Command = {
  name: 'versions',
  summary: 'list every version of the database that is stored',
  arguments: [],
  options: [],
  examples: [
    { line: 'storyarch db versions', does: 'age, size, why it was stored, which is current' },
    { line: "storyarch db versions --json | jq -r '.versions[0].id'", does: 'the newest' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { openBackend } = await import('../context.ts')
    const { readDatabaseStatus } = await import('../../operations/status/databaseStatus.ts')
    const { world, backend, identified, close } = await openBackend(flags, shell, () => {})
    const database = await identified(readDatabaseStatus(world.aws, backend, Number.POSITIVE_INFINITY))
    close()
    if (flags.json) shell.emit({ type: 'db-versions', ...database })
    else {
      const { versionLines } = await import('../print/versions.ts')
      const lines = versionLines(database, shell.host.now(), shell.outColours)
      for (const line of lines) shell.out(line)
      if (lines.length === 0)
        shell.say(
          `No database is stored in s3://${database.bucket}/${database.key} yet: the first task that stops does.`,
        )
    }
    return exitCode.ok
  },
}

const restore: Command<RestoreFlags> = {
  name: 'restore',
  summary: 'make an earlier version of the database the current one, as a new version',
  arguments: [],
  options: [
    { flags: '--version <id>', summary: 'the version that shall come back: its id, or the start of it' },
    { flags: '--stop', summary: 'stop the backend first when it runs' },
  ],
  examples: [
    { line: 'storyarch db restore --version 3f9c2b1a', does: 'checks it, asks, and prints how to undo it' },
    {
      line: 'storyarch db restore --version 3f9c2b1a --stop --yes',
      does: 'without asking, a running backend too',
    },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    const { runRestore } = await import('../runRestore.ts')
    return runRestore(flags, shell)
  },
}

const backup: Command = {
  name: 'backup',
  summary: 'save the current version of the database as a file',
  arguments: [{ name: '[file]', summary: 'where to (default: a name of stack and time in this folder)' }],
  options: [],
  examples: [
    { line: 'storyarch db backup', does: 'prints the name of the file' },
    { line: 'storyarch db backup monday.sqlite3 --yes', does: 'in place of the one that is there' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell, [file]) {
    const { runBackup } = await import('../runBackup.ts')
    return runBackup(flags, shell, file ?? null)
  },
}

export const db: CommandGroup = {
  name: 'db',
  summary: "see, save and bring back the database's versions",
  examples: [
    { line: 'storyarch db versions', does: 'what there is' },
    { line: 'storyarch db restore --version 3f9c2b1a', does: 'what there was' },
    { line: 'storyarch db backup', does: 'a copy on this machine' },
  ],
  commands: [versions, restore, backup],
}
