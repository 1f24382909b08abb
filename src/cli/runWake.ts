import { UserError } from '../errors.ts'
import { type Answer, askManager } from '../operations/askManager.ts'
import { awaitReady, type Ready } from '../operations/awaitReady.ts'
import { commandLine } from './commandLine.ts'
import type { WakeFlags } from './commands/wake.ts'
import { type OpenedBackend, openBackend } from './context.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { runLong } from './longCommand.ts'
import { answerText, timingsText } from './print/backend.ts'
import { duration } from './print/duration.ts'
import { probe } from './probe.ts'
import type { Shell } from './shell.ts'

/** `storyarch wake`: asks for the backend; with `--wait` shows how it comes up, and where the app answers. */
export const runWake = async (flags: GlobalFlags & WakeFlags, shell: Shell): Promise<ExitCode> =>
  flags.wait ? wakeAndWait(flags, shell) : askOnly(flags, shell)

const askOnly = async (flags: GlobalFlags, shell: Shell): Promise<ExitCode> => {
  const opened = await openBackend(flags, shell, () => {})
  const answer = await opened.identified(start(opened))
  opened.close()
  if (flags.json) shell.emit({ type: 'wake', ...answer })
  else {
    if (answer.status === 'failed') throw failed(answer)
    shell.say(answerText(answer, shell.host.now()))
    if (answer.status !== 'running') shell.say(`To wait for it: ${commandLine('wake', flags, ['--wait'])}`)
    else if (answer.url !== null) shell.out(answer.url)
  }
  return answer.status === 'failed' ? exitCode.error : exitCode.ok
}

const wakeAndWait = (flags: GlobalFlags, shell: Shell): Promise<ExitCode> =>
  runLong(
    {
      again: commandLine('wake', flags, ['--wait']),
      open: report => openBackend(flags, shell, report),
      async work(opened, settled) {
        const { world, backend, by, identified } = opened
        const answer = await identified(start(opened))
        if (answer.status === 'failed') throw failed(answer)
        const ready = await awaitReady(world, backend, { answer, by: await by(), probe })
        settled()
        tell(ready, flags, shell)
        const outputs: Record<string, string> = ready.url === null ? {} : { app_url: ready.url }
        return { exitCode: exitCode.ok, outputs }
      },
    },
    flags,
    shell,
  )

const start = async ({ world, backend, by }: OpenedBackend): Promise<Answer> =>
  askManager(world, backend, 'start', await by())

const failed = ({ message }: Answer): UserError =>
  new UserError(
    message,
    'What the task says is in its log: storyarch logs task; what the starter says: storyarch logs manager',
  )

const tell = (ready: Ready, flags: GlobalFlags, shell: Shell): void => {
  if (flags.json) {
    shell.emit({ type: 'ready', ...ready })
    return
  }
  const { coldStart, url } = ready
  const phases = timingsText(coldStart?.phases ?? null)
  shell.say(
    coldStart === null
      ? 'The backend is running.'
      : `Ready after ${duration(coldStart.totalMs)}${phases === '' ? '' : `: ${phases}`}.`,
  )
  if (url !== null) shell.out(url)
}
