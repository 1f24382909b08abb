import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export const schema: Command = {
  name: 'schema',
  summary: "print the manifest's JSON Schema, for editors",
  arguments: [],
  options: [],
  examples: [
    {
      line: 'storyarch schema > storyarch.schema.json',
      does: 'then name it in the manifest: # yaml-language-server: $schema=storyarch.schema.json',
    },
  ],
  finishesWhenInterrupted: false,
  async run(_flags, shell) {
    const { jsonSchema } = await import('../../manifest/jsonSchema.ts')
    shell.out(JSON.stringify(jsonSchema(), null, 2))
    return exitCode.ok
  },
}
