import { CommanderError } from 'commander'
import { commands } from './commands/index.ts'
import { type ExitCode, exitCode } from './exitCode.ts'
import type { Host } from './host.ts'
import { joinDashedValues } from './joinDashedValues.ts'
import { createProgram, type Invocation } from './program.ts'
import { openShell, type Shell } from './shell.ts'

/** Runs one command line and answers the exit code. Never throws. */
export const main = async (words: readonly string[], host: Host): Promise<number> => {
  if (words[0] === 'complete' && words[1] === '--') {
    const { complete } = await import('./completion.ts')
    complete(words.slice(2))
    return exitCode.ok
  }
  let code: ExitCode = exitCode.ok
  const program = createProgram(host, async invocation => {
    code = await runCommand(invocation, host)
  })
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : joinDashedValues(words, commands), {
      from: 'user',
    })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
    const { printError } = await import('./print/error.ts')
    return printError(error, openShell(host, { json: false, input: false }), {
      json: false,
      verbose: true,
      profile: null,
    })
  }
}

const runCommand = async ({ command, flags, words }: Invocation, host: Host): Promise<ExitCode> => {
  const shell = openShell(host, flags)
  const running = command.run(flags as never, shell, words)
  try {
    return await (command.finishesWhenInterrupted ? running : Promise.race([running, interruption(host)]))
  } catch (error) {
    if (host.interrupted.aborted) return interrupted(shell)
    const { printError } = await import('./print/error.ts')
    return printError(error, shell, flags)
  }
}

/** Rejects at the first Ctrl-C, so that nothing slow keeps a person waiting. */
const interruption = ({ interrupted }: Host): Promise<never> =>
  new Promise((_resolve, reject) => {
    interrupted.addEventListener('abort', () => reject(interrupted.reason), { once: true })
  })

const interrupted = (shell: Shell): ExitCode => {
  shell.say('Interrupted.')
  return exitCode.interrupted
}
