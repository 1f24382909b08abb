import type { Command } from '../command.ts'
import { onlyOption } from '../only.ts'
import { frontendOption, imageOption, type ShippedFlags } from '../shipped.ts'

export interface UpFlags extends ShippedFlags {
  readonly expect: string | null
  readonly adopt: boolean
  readonly deleteData: boolean
  readonly forceUnlock: boolean
}

export const up: Command<UpFlags> = {
  name: 'up',
  summary: 'make AWS as the manifest says; shows the plan and asks first',
  arguments: [],
  options: [
    onlyOption,
    imageOption,
    frontendOption,
    {
      flags: '--expect <fingerprint>',
      summary: 'only carry out the plan with this fingerprint (exit 5 when it moved)',
    },
    { flags: '--adopt', summary: 'take over resources that are there and not of this stack' },
    { flags: '--delete-data', summary: 'also delete or replace what holds data' },
    { flags: '--force-unlock', summary: 'take the lock from a run that is dead' },
  ],
  examples: [
    { line: 'storyarch up --local -m manifests/notes.yaml --yes', does: 'a whole stack on this machine' },
    { line: 'storyarch up', does: 'shows the plan, asks, makes it so' },
    { line: 'storyarch up --only frontend', does: 'the site alone' },
    { line: 'storyarch up --only backend --image 3f9c2b1', does: 'back to the image of that commit' },
    { line: 'storyarch up --yes --expect 7f3a21bc', does: 'in CI: exactly the plan that was approved' },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell) {
    const { runUp } = await import('../runUp.ts')
    return runUp(flags, shell)
  },
}
