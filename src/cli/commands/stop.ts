import type { Command } from '../command.ts'

export const stop: Command = {
  name: 'stop',
  summary: 'stop the backend now, and wait until its database is safely stored',
  arguments: [],
  options: [],
  examples: [
    { line: 'storyarch stop', does: 'says which version of the database was stored' },
    {
      line: 'storyarch stop --json',
      does: 'events, then a summary; exit code 1 when the database is in doubt',
    },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    const { runStop } = await import('../runStop.ts')
    return runStop(flags, shell)
  },
}
