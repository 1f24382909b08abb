import { stop } from '../operations/stop.ts'
import { commandLine } from './commandLine.ts'
import { openBackend } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { runLong } from './longCommand.ts'
import { storedText } from './print/backend.ts'
import type { Shell } from './shell.ts'

/** `storyarch stop`: stops the task, waits for its end, and says where its database is. */
export const runStop = (flags: GlobalFlags, shell: Shell): Promise<ExitCode> =>
  runLong(
    {
      again: commandLine('stop', flags),
      open: report => openBackend(flags, shell, report),
      async work({ world, backend, by, identified }, settled) {
        const stopped = await identified(by().then(who => stop(world, backend, who)))
        settled()
        const { text, isSafe } = storedText(stopped.database, shell.host.now())
        if (flags.json) shell.emit({ type: 'stopped', ...stopped })
        else {
          if (!stopped.wasAwake) shell.say('The backend is asleep.')
          shell.say(isSafe ? text : shell.sayColours.red(text))
        }
        return { exitCode: isSafe ? exitCode.ok : exitCode.error, outputs: {} }
      },
    },
    flags,
    shell,
  )
