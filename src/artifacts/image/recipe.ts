/** The programs that build a Dockerfile, in the order they are tried, and the builder of our own that needs none. */
export const ENGINES = ['docker', 'podman', 'buildah', 'nerdctl', 'finch'] as const

export type Engine = (typeof ENGINES)[number]

export type ImagePlatform = 'linux/arm64' | 'linux/amd64'

/** Files laid upon a base image, without any container engine. */
export interface FilesRecipe {
  readonly from: 'files'
  /** Absolute. Its `.dockerignore` is honoured. */
  readonly files: string
  /** Where the files lie in the image, and where the command runs. */
  readonly target: string
  /** Name of the image underneath; null for files alone. */
  readonly base: string | null
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Null: as the base says. */
  readonly user: string | null
  readonly platform: ImagePlatform
}

export interface DockerfileRecipe {
  readonly from: 'dockerfile'
  /** Absolute. */
  readonly context: string
  /** Inside the context. */
  readonly dockerfile: string
  readonly platform: ImagePlatform
  /** Null: the first that works. */
  readonly builder: Engine | null
  /** What is made instead where no engine can; null: then it fails. */
  readonly fallback: FilesRecipe | null
}

/** An image that exists in some registry, copied. */
export interface RegistryRecipe {
  readonly from: 'registry'
  readonly uri: string
  readonly platform: ImagePlatform
}

/** How an image comes to be: plain JSON. */
export type ImageRecipe = FilesRecipe | DockerfileRecipe | RegistryRecipe
