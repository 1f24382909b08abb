import { UserError } from '../../errors.ts'
import type { Command, CommandGroup } from '../command.ts'
import { exitCode } from '../exitCode.ts'

const start: Command<{ readonly latency: string | null }> = {
  name: 'start',
  summary: 'start the embedded AWS in the background; calm when it runs',
  arguments: [],
  options: [
    {
      flags: '--latency <factor>',
      summary: "how much of AWS's own delays to imitate: 0 none (default), 1 all of them",
    },
  ],
  examples: [
    { line: 'storyarch local start', does: 'prints its endpoint' },
    { line: 'storyarch local start --latency 1', does: 'as slow as AWS' },
    {
      line: 'export AWS_ENDPOINT_URL=$(storyarch local start)',
      does: 'for the aws CLI, boto3 and your own code',
    },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { localAws } = await import('../localAws.ts')
    const latency = flags.latency === null ? null : Number(flags.latency)
    if (latency !== null && !(latency >= 0 && latency <= 100))
      throw new UserError(`--latency ${flags.latency} is no factor.`, 'Say a number such as 0, 0.1 or 1.', {
        exitCode: exitCode.usage,
      })
    const status = await localAws(shell).start(latency)
    if (latency !== null && status.latency !== latency)
      shell.say(`It was running with latency ${status.latency}; stop it to change that.`)
    if (flags.json) shell.emit({ type: 'local', running: true, ...status })
    else shell.out(status.endpoint)
    return exitCode.ok
  },
}

const stop: Command = {
  name: 'stop',
  summary: 'stop the embedded AWS; its state stays on disk',
  arguments: [],
  options: [],
  examples: [{ line: 'storyarch local stop', does: 'calm when it does not run' }],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { localAws } = await import('../localAws.ts')
    const stopped = await localAws(shell).stop()
    if (flags.json) shell.emit({ type: 'local', running: false, stopped })
    else shell.say(stopped ? 'Stopped.' : 'It was not running.')
    return exitCode.ok
  },
}

const status: Command = {
  name: 'status',
  summary: 'show whether the embedded AWS runs, and where',
  arguments: [],
  options: [],
  examples: [
    {
      line: 'storyarch local status --json | jq -r .endpoint',
      does: 'endpoint, pid and ports, for programs',
    },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { localAws } = await import('../localAws.ts')
    const found = await localAws(shell).status()
    if (flags.json) shell.emit({ type: 'local', running: found !== null, ...found })
    else if (found === null) shell.out('not running')
    else shell.out(`${found.endpoint}  (pid ${found.pid})`)
    return exitCode.ok
  },
}

const reset: Command = {
  name: 'reset',
  summary: 'delete all state of the embedded AWS; it goes on running if it ran',
  arguments: [],
  options: [],
  examples: [{ line: 'storyarch local reset --yes', does: 'an empty AWS again' }],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { localAws } = await import('../localAws.ts')
    const sure =
      flags.yes || /^y(es)?$/i.test(await shell.ask('Delete all state of the embedded AWS? [y/N] ', '--yes'))
    if (!sure) {
      shell.say('Nothing was changed.')
      return exitCode.error
    }
    const running = await localAws(shell).reset()
    if (flags.json) shell.emit({ type: 'local', running: running !== null, ...running, reset: true })
    else shell.say('The embedded AWS is empty.')
    return exitCode.ok
  },
}

const logs: Command = {
  name: 'logs',
  summary: 'print what the embedded AWS wrote to its log',
  arguments: [],
  options: [],
  examples: [{ line: 'storyarch local logs | tail', does: 'its last requests' }],
  finishesWhenInterrupted: false,
  async run(_flags, shell) {
    const { localAws } = await import('../localAws.ts')
    const text = await localAws(shell).log()
    if (text !== '') shell.out(text.trimEnd())
    return exitCode.ok
  },
}

export const local: CommandGroup = {
  name: 'local',
  summary: 'run the embedded AWS on this machine',
  examples: [
    { line: 'storyarch local start', does: 'start it (--local does so by itself)' },
    { line: 'storyarch local stop', does: 'stop it' },
  ],
  commands: [start, stop, status, reset, logs],
}
