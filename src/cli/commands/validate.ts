import type { Command } from '../command.ts'
import { exitCode } from '../exitCode.ts'

export const validate: Command = {
  name: 'validate',
  summary: 'check the manifest, without asking AWS',
  arguments: [],
  options: [],
  examples: [
    { line: 'storyarch validate', does: 'every fault at once, with line and column' },
    { line: 'storyarch validate -m manifests/notes.yaml', does: 'another manifest' },
    { line: 'storyarch validate --json', does: 'the faults as a list, for editors and CI' },
  ],
  finishesWhenInterrupted: false,
  async run(flags, shell) {
    if (flags.json) {
      const { inspectManifest } = await import('../readManifest.ts')
      const { file, faults } = await inspectManifest(flags, shell)
      shell.emit({ type: 'validate', file, valid: faults.length === 0, faults })
      return faults.length === 0 ? exitCode.ok : exitCode.error
    }
    const { readManifest } = await import('../readManifest.ts')
    const { file, manifest } = await readManifest(flags, shell)
    shell.out(`${file}: valid (stack ${manifest.project}/${manifest.environment} in ${manifest.region})`)
    return exitCode.ok
  },
}
