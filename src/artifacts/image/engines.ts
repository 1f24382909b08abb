import { join } from 'node:path'
import type { DockerfileRecipe, Engine } from './recipe.ts'

/** A program with its words. */
export type Command = readonly [program: string, ...words: string[]]

/** How one engine is asked whether it works here, and how it builds a Dockerfile into an OCI layout. */
export interface EngineUse {
  /** Succeeds at once where it can build. */
  readonly works: Command
  /** Run one after another; the layout then lies in `layout`. `name` is free for the built image. */
  build(recipe: DockerfileRecipe, layout: string, name: string): readonly Command[]
}

const dockerfile = ({ context, dockerfile }: DockerfileRecipe) => ['--file', join(context, dockerfile)]

/** Podman's and Buildah's are one: build into the store, copy out of it. */
const throughStore = (program: string): EngineUse => ({
  works: [program, '--version'],
  build: (recipe, layout, name) => [
    [
      program,
      'build',
      '--format',
      'oci',
      '--platform',
      recipe.platform,
      ...dockerfile(recipe),
      '--tag',
      name,
      recipe.context,
    ],
    [program, 'push', name, `oci:${layout}:latest`],
  ],
})

/** Nerdctl's and Finch's: build into containerd, save an archive, unpack it. */
const throughArchive = (program: string): EngineUse => ({
  works: [program, 'info'],
  build: (recipe, layout, name) => [
    [program, 'build', '--platform', recipe.platform, ...dockerfile(recipe), '--tag', name, recipe.context],
    [program, 'save', '--platform', recipe.platform, '--output', `${layout}.tar`, name],
    ['tar', '-xf', `${layout}.tar`, '-C', layout],
  ],
})

export const engines: Readonly<Record<Engine, EngineUse>> = {
  docker: {
    // The program alone builds nothing: its daemon must answer.
    works: ['docker', 'buildx', 'inspect', '--bootstrap=false'],
    build: (recipe, layout) => [
      [
        'docker',
        'buildx',
        'build',
        '--platform',
        recipe.platform,
        // Attestations would make an index of it, parts of which ECR's lifecycle rules may delete.
        '--provenance=false',
        '--sbom=false',
        '--output',
        `type=oci,dest=${layout},tar=false`,
        ...dockerfile(recipe),
        recipe.context,
      ],
    ],
  },
  podman: throughStore('podman'),
  buildah: throughStore('buildah'),
  nerdctl: throughArchive('nerdctl'),
  finch: throughArchive('finch'),
}
