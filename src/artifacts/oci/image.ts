/** Points at a blob or manifest by its digest (OCI image spec, "Content descriptors"). */
export interface Descriptor {
  readonly mediaType: string
  /** `sha256:<64 hex digits>` */
  readonly digest: string
  /** Bytes. */
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}

/** A config or a layer, and where its bytes come from. */
export interface Blob {
  readonly descriptor: Descriptor
  /** The registry and repository it already lies in, from where another repository may mount it; null for a local one. */
  readonly origin: { readonly registry: string; readonly repository: string } | null
  /** Its bytes from `offset` on. A chunk is good only until the next one is asked for. */
  open(offset: number): Promise<AsyncIterable<Uint8Array>>
}

/** One platform's image, ready to be pushed: its manifest, and each blob the manifest names, once. */
export interface Image {
  readonly descriptor: Descriptor
  /** The manifest's bytes; their SHA-256 is `descriptor.digest`. */
  readonly manifest: Uint8Array
  /** The config's bytes, as its digest demands. */
  readonly config: Uint8Array
  /** What the config says. */
  readonly platform: Platform
  readonly blobs: readonly Blob[]
}

export interface Platform {
  readonly os: 'linux'
  readonly architecture: 'arm64' | 'amd64'
}
