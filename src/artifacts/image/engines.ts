import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DockerfileRecipe, Engine } from './recipe.ts'

/** A program with its words. */
export type Command = readonly [program: string, ...words: string[]]

/** How one engine is asked whether it works here, and how it builds a Dockerfile into an OCI layout. */
export interface EngineUse {
  /** All succeed at once where it can build. */
  readonly works: readonly Command[]
  /**
   * Ways to build, each a few commands run one after another; the layout then lies in `layout`. The next way is for those
   * engines whose output for the one before matches `refused`.
   */
  ways(recipe: DockerfileRecipe, layout: string): readonly (readonly Command[])[]
  readonly refused: RegExp | null
}

const dockerfile = ({ context, dockerfile }: DockerfileRecipe) => ['--file', join(context, dockerfile)]

/** One for each context: the next build takes its place, so that old images do not pile up under names of ours. */
const nameFor = ({ context }: DockerfileRecipe): string =>
  `storyarch-build:${createHash('sha256').update(context).digest('hex').slice(0, 12)}`

const unpack = (layout: string): Command => ['tar', '-xf', `${layout}.tar`, '-C', layout]

/** Podman's and Buildah's are one: build into the store, copy out of it. */
const throughStore = (program: string): EngineUse => ({
  works: [[program, 'info']],
  refused: null,
  ways: (recipe, layout) => [
    [
      [
        program,
        ...['build', '--format', 'oci', '--layers', '--platform', recipe.platform],
        ...[...dockerfile(recipe), '--tag', nameFor(recipe), recipe.context],
      ],
      [program, 'push', nameFor(recipe), `oci:${layout}:latest`],
    ],
  ],
})

/** Nerdctl's and Finch's: build into containerd, save an archive, unpack it. */
const throughArchive = (program: string): EngineUse => ({
  works: [[program, 'info']],
  refused: null,
  ways: (recipe, layout) => {
    const { platform, context } = recipe
    const name = nameFor(recipe)
    return [
      [
        [program, 'build', '--platform', platform, ...dockerfile(recipe), '--tag', name, context],
        [program, 'save', '--platform', platform, '--output', `${layout}.tar`, name],
        unpack(layout),
      ],
    ]
  },
})

const docker: EngineUse = {
  // The client alone builds nothing: its daemon must answer. Buildx alone would not say that it does not.
  works: [
    ['docker', 'version'],
    ['docker', 'buildx', 'version'],
  ],
  // Where Docker keeps its images the old way, it can only load them and save them again (Docker docs, "OCI exporter").
  refused: /exporter is not supported/i,
  ways: (recipe, layout) => {
    const build = (...output: string[]): Command => [
      'docker',
      ...['buildx', 'build', '--platform', recipe.platform],
      // Attestations would make an index of it, parts of which ECR's lifecycle rules may delete.
      ...['--provenance=false', '--sbom=false', ...output, ...dockerfile(recipe), recipe.context],
    ]
    const name = nameFor(recipe)
    return [
      [build('--output', `type=oci,dest=${layout},tar=false`)],
      [build('--load', '--tag', name), ['docker', 'save', '--output', `${layout}.tar`, name], unpack(layout)],
    ]
  },
}

export const engines: Readonly<Record<Engine, EngineUse>> = {
  docker,
  podman: throughStore('podman'),
  buildah: throughStore('buildah'),
  nerdctl: throughArchive('nerdctl'),
  finch: throughArchive('finch'),
}
