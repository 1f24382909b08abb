import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export const ls: Command = {
  name: 'ls',
  summary: 'list every storyarch stack in the account and region',
  arguments: [],
  options: [],
  examples: [
    { line: 'storyarch ls --region us-east-1', does: 'stacks, their state, and leftovers' },
    { line: 'storyarch ls --local --json', does: 'of the embedded AWS, for programs' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    const { openAccount } = await import('../context.ts')
    const { describeStacks } = await import('../describeStacks.ts')
    const account = await openAccount(flags, shell, () => {})
    const stacks = await account.identified(describeStacks(account.world, account.anchor))
    account.close()
    if (flags.json) shell.emit({ type: 'ls', stacks })
    else if (stacks.length === 0) shell.say('No storyarch stack here.')
    else {
      const width = Math.max(...stacks.map(({ stack }) => stack.length))
      for (const { stack, state, resources } of stacks)
        shell.out(`${stack.padEnd(width)}  ${String(resources.length).padStart(3)} resources  ${state}`)
    }
    return exitCode.ok
  },
}
