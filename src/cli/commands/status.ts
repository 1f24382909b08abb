import type { Command } from '../command.ts'

export interface StatusFlags {
  readonly watch: boolean
}

export const status: Command<StatusFlags> = {
  name: 'status',
  summary: 'show how the stack is: backend, sessions, database, resources, addresses, cost',
  arguments: [],
  options: [{ flags: '-w, --watch', summary: 'keep showing it; keys wake, ping and stop the backend' }],
  examples: [
    { line: 'storyarch status', does: 'one screen' },
    { line: 'storyarch status --watch', does: 'live, with a countdown and keys' },
    { line: 'storyarch status --json | jq -r .backend.state', does: 'ASLEEP, STARTING, READY or STOPPING' },
    { line: 'storyarch status --watch --json', does: 'one JSON object a line, whenever something changed' },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    if (flags.watch) {
      const { runWatch } = await import('../status/runWatch.ts')
      return runWatch(flags, shell)
    }
    const { runStatus } = await import('../status/runStatus.ts')
    return runStatus(flags, shell)
  },
}
