/** The flags every command understands, before or after its name. */
export interface GlobalFlags {
  readonly manifest: string | null
  readonly environment: string | null
  readonly local: boolean
  readonly profile: string | null
  readonly region: string | null
  readonly json: boolean
  readonly yes: boolean
  /** False with `--no-input`. */
  readonly input: boolean
  readonly verbose: boolean
}

/** One option as `--help`, the parser and the completion know it. */
export interface Option {
  /** As commander writes it: `-m, --manifest <file>`. */
  readonly flags: string
  readonly summary: string
  readonly choices?: readonly string[]
}

export const globalOptions: readonly Option[] = [
  {
    flags: '-m, --manifest <file>',
    summary: 'the manifest (default: storyarch.yaml, or the only one in manifests/)',
  },
  { flags: '-e, --environment <name>', summary: "use this environment's name in place of the manifest's" },
  { flags: '--local', summary: 'use the embedded local AWS (also: STORYARCH_LOCAL=1)' },
  { flags: '--profile <name>', summary: 'a named profile of your AWS configuration' },
  { flags: '--region <region>', summary: "use this region in place of the manifest's" },
  { flags: '--json', summary: 'machine-readable output on stdout' },
  { flags: '-y, --yes', summary: 'answer yes to every confirmation' },
  { flags: '--no-input', summary: 'never ask; fail where an answer is needed' },
  { flags: '--verbose', summary: 'more detail: request ids, stacks, the wanted values of what is created' },
]
