import { UserError } from '../errors.ts'
import { durationSeconds } from '../manifest/checks/duration.ts'
import { followLogs } from '../operations/logs/followLogs.ts'
import { type LogEvent, merged } from '../operations/logs/logEvent.ts'
import { LOG_NAMES, type LogName, readLog } from '../operations/logs/readLog.ts'
import { noStack } from '../operations/readLife.ts'
import type { LogsFlags } from './commands/logs.ts'
import { openBackend } from './context.ts'
import { endless } from './endless.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { GlobalFlags } from './flags.ts'
import { duration } from './print/duration.ts'
import { isFrame, logLine } from './print/logLine.ts'
import type { Shell } from './shell.ts'

const DEFAULT_SINCE = '10m'

/** `storyarch logs`: the lines of the asked logs merged by time, then, with `--follow`, what is written. */
export const runLogs = async (
  flags: GlobalFlags & LogsFlags,
  shell: Shell,
  source: string | null,
): Promise<ExitCode> => {
  const sinceMs = sinceOf(flags.since ?? DEFAULT_SINCE)
  const names = LOG_NAMES.filter(name => source === null || source === name)
  const { world, backend, identified, calls, close } = await openBackend(flags, shell, () => {})
  const fromMs = shell.host.now() - sinceMs
  const show = (events: readonly LogEvent[]) => {
    for (const event of events) print(event, flags, shell)
  }
  if (flags.follow) {
    const following = identified(followLogs(world, backend, { names, sinceMs: fromMs }, show))
    return endless(following, { startedMs: shell.host.now(), calls }, flags, shell)
  }
  const found = await identified(
    Promise.all(names.map(async name => ({ name, log: await readLog(world, backend, name, fromMs) }))),
  )
  close()
  const logs = found.flatMap(({ log }) => (log === null ? [] : [log]))
  if (logs.length === 0)
    throw noStack(backend.stack, `log group ${backend.logGroups[names[0] ?? 'task']}`, null)
  for (const { name, log } of found)
    if (log === null)
      shell.say(`There is no log group ${backend.logGroups[name]}; \`storyarch up\` makes it.`)
  const events = merged(logs)
  show(events)
  if (events.length === 0) sayEmpty(names, sinceMs, shell)
  return exitCode.ok
}

const sinceOf = (text: string): number => {
  const seconds = durationSeconds(text)
  if (seconds === null)
    throw new UserError(`--since ${text} is no length of time.`, 'Say for example 90s, 10m, 2h or 1d.', {
      exitCode: exitCode.usage,
    })
  return seconds * 1000
}

const print = (event: LogEvent, flags: GlobalFlags, shell: Shell): void => {
  const { id, atMs, source, stream, message } = event
  if (flags.json) shell.emit({ type: 'log', id, time: new Date(atMs).toISOString(), source, stream, message })
  else if (flags.verbose || !isFrame(message)) shell.out(logLine(event, shell.outColours))
}

const sayEmpty = (names: readonly LogName[], sinceMs: number, shell: Shell): void =>
  shell.say(
    `${names.join(', ')}: nothing was logged in the last ${duration(sinceMs)}. Look further back with --since 1d, or wait for it with --follow.`,
  )
