import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Image, Platform } from '../../../src/artifacts/oci/image.ts'
import { readLayout } from '../../../src/artifacts/oci/layout.ts'
import { openRegistry, type Registry } from '../../../src/artifacts/registry/registry.ts'
import { layerOf, writeLayout } from '../../emulator/registry/ociLayout.ts'

export const HERE: Platform = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' }

export const noSignal = (): AbortSignal => new AbortController().signal

/** The user and password behind the value of a Basic Authorization header. */
export const credentialsIn = (header: string): { username: string; password: string } => {
  const [username = '', ...password] = Buffer.from(header.slice(6), 'base64').toString().split(':')
  return { username, password: password.join(':') }
}

export const registryAt = (host: string, authorization: string | null, signal = noSignal()): Registry =>
  openRegistry({ host, credentials: authorization === null ? null : credentialsIn(authorization), signal })

/** A folder that is gone when the test is over. */
export const scratch = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-scratch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An image whose layers hold noise, so many bytes each, in a layout of its own. */
export const noiseImage = async (...sizes: number[]): Promise<{ image: Image; folder: string }> => {
  const folder = scratch()
  const layers = await Promise.all(
    sizes.map((size, index) => layerOf({ [`noise${index}`]: randomBytes(size) })),
  )
  writeLayout(folder, layers, ['/bin/sh'])
  return { image: await readLayout(folder, HERE), folder }
}

export const bytesOf = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(Buffer.from(chunk))
  return Buffer.concat(all)
}
