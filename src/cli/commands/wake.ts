import type { Command } from '../command.ts'

export interface WakeFlags {
  readonly wait: boolean
}

export const wake: Command<WakeFlags> = {
  name: 'wake',
  summary: 'start the backend, or extend its life',
  arguments: [],
  options: [{ flags: '--wait', summary: 'return when the app answers its health path, or the start failed' }],
  examples: [
    { line: 'storyarch wake', does: 'asks for it and returns' },
    {
      line: 'storyarch wake --wait',
      does: 'shows each phase of the start, then prints where the app answers',
    },
    { line: 'curl "$(storyarch wake --wait)/health"', does: 'in CI: exit code 1 when it does not start' },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    const { runWake } = await import('../runWake.ts')
    return runWake(flags, shell)
  },
}
