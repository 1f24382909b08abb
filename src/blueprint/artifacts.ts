import type { Recipe } from '../resource.ts'

/** What a stack is to run and serve, as made of its sources on this machine. */
export interface Artifacts {
  /** Lambda's CodeSha256: base64 of each bundle's SHA-256. */
  readonly taskManager: { readonly sha256: string }
  readonly taskMonitor: { readonly sha256: string }
  /** The app's container image; null without a backend, and for an image that ECS pulls from where it is. */
  readonly image: Artifact | null
  /** The image of the container beside the app; null without a backend. */
  readonly agent: Artifact | null
  /** The site's files; null without a frontend. */
  readonly frontend: Artifact | null
}

/** Content of a resource: known by what it is made from, made only when it is needed. */
export interface Artifact {
  /** Equal sources give equal content: hex digits of a SHA-256. */
  readonly source: string
  /** For the provisioner that ships it. */
  readonly recipe: Recipe
}
