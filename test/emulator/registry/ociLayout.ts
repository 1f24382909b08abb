import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { digestOf, OCI_INDEX, OCI_MANIFEST } from './registryClient.ts'

/** Writes an OCI layout of one image for this machine to `folder`; tagged `v1`. The digest of its manifest. */
export const writeLayout = (
  folder: string,
  layers: readonly Buffer[],
  command: readonly string[],
): string => {
  const blobs = join(folder, 'blobs', 'sha256')
  mkdirSync(blobs, { recursive: true })
  const keep = (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes)
    writeFileSync(join(blobs, digest.slice(7)), bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const json = (value: object, mediaType: string) => keep(Buffer.from(JSON.stringify(value)), mediaType)
  const config = json(
    {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: command },
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    },
    'application/vnd.oci.image.config.v1+json',
  )
  const manifest = json(
    {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config,
      layers: layers.map(layer => keep(gzipSync(layer), 'application/vnd.oci.image.layer.v1.tar+gzip')),
    },
    OCI_MANIFEST,
  )
  const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...manifest, annotations }] }),
  )
  return manifest.digest
}

/** A tar of files by path, all executable. */
export const layerOf = (files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> => {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, content)
  tar.finalize()
  return buffer(tar)
}

/** `/bin/sh` of this machine and the libraries it cannot start without. */
export const shell = (): Record<string, Buffer> => {
  const libraries = execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  return Object.fromEntries(['/bin/sh', ...libraries].map(path => [path.slice(1), readFileSync(path)]))
}
