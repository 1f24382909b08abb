import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export const ping: Command = {
  name: 'ping',
  summary: "extend the running backend's life, without starting one",
  arguments: [],
  options: [],
  examples: [
    { line: 'storyarch ping', does: 'says until when it lives now' },
    { line: 'storyarch ping || storyarch wake --wait', does: 'exit code 1 when it does not run' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { openBackend } = await import('../context.ts')
    const { askManager } = await import('../../operations/askManager.ts')
    const { answerText } = await import('../print/backend.ts')
    const { commandLine } = await import('../commandLine.ts')
    const { backend, by, world, identified, close } = await openBackend(flags, shell, () => {})
    const answer = await identified(by().then(who => askManager(world, backend, 'ping', who)))
    close()
    const runs = ['started', 'starting', 'running'].includes(answer.status)
    if (flags.json) shell.emit({ type: 'ping', ...answer })
    else shell.say(answerText(answer, shell.host.now()))
    if (!flags.json && !runs) shell.say(`Start it: ${commandLine('wake', flags)}`)
    return runs ? exitCode.ok : exitCode.error
  },
}
