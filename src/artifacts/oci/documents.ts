import type { Descriptor } from './image.ts'

/** The parts of OCI's JSON documents that are read here (OCI image spec). */

export interface PlatformText {
  readonly os?: string
  readonly architecture?: string
}

export interface ListedManifest extends Descriptor {
  readonly platform?: PlatformText
}

export interface IndexDocument {
  readonly mediaType?: string
  readonly manifests: readonly ListedManifest[]
}

export interface ManifestDocument {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Readonly<Record<string, string>>
}

export interface HistoryEntry {
  readonly created?: string
  readonly created_by?: string
  /** No layer belongs to it. */
  readonly empty_layer?: boolean
}

export interface ConfigDocument extends PlatformText {
  readonly created?: string
  readonly config?: {
    readonly Env?: readonly string[]
    readonly Cmd?: readonly string[] | null
    readonly Entrypoint?: readonly string[] | null
    readonly WorkingDir?: string
    readonly User?: string
    readonly Labels?: Readonly<Record<string, string>> | null
  }
  readonly rootfs?: { readonly type: 'layers'; readonly diff_ids: readonly string[] }
  readonly history?: readonly HistoryEntry[]
}
