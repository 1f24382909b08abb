/** OCI image spec, "Media Types", and their ancestors of Docker's schema 2, which registries still serve. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const

export const isIndex = (mediaType: string): boolean =>
  mediaType === mediaTypes.index || mediaType === mediaTypes.dockerList

/** Whether a blob is a layer: the config is sent like one, and is none. */
export const isLayer = (mediaType: string): boolean => /\b(layer|rootfs)\b/.test(mediaType)

/** Docker's layers are OCI's under another name; a manifest should not mix the two. */
export const inOci = (mediaType: string): string =>
  mediaType === 'application/vnd.docker.image.rootfs.diff.tar.gzip' ? mediaTypes.layerGzip : mediaType
