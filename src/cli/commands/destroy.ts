import type { Command } from '../command.ts'

export interface DestroyFlags {
  readonly stack: string | null
  readonly deleteData: boolean
  readonly forceUnlock: boolean
}

export const destroy: Command<DestroyFlags> = {
  name: 'destroy',
  summary: 'take the stack away; what holds data stays unless you say --delete-data',
  arguments: [],
  options: [
    {
      flags: '--stack <project/environment>',
      summary: 'the stack, by its tags alone: no manifest is needed',
    },
    {
      flags: '--delete-data',
      summary: 'also delete what holds data: the database bucket with all its versions',
    },
    { flags: '--force-unlock', summary: 'take the lock from a run that is dead' },
  ],
  examples: [
    { line: 'storyarch destroy', does: 'shows what goes and what stays; you type the name to confirm' },
    { line: 'storyarch destroy --stack notes/demo --region us-east-1', does: 'where the manifest is lost' },
    {
      line: 'storyarch destroy --local -m manifests/notes.yaml --yes --delete-data',
      does: 'everything, without asking',
    },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    const { runDestroy } = await import('../runDestroy.ts')
    return runDestroy(flags, shell)
  },
}
