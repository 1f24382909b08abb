import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { plainBuiltins } from '../scripts/plainBuiltins.ts'
import { openBuildahHome } from '../test/artifacts/image/buildahHome.ts'
import { type DebianRegistry, openDebianRegistry } from '../test/artifacts/registry/debianRegistry.ts'
import { layerOf, writeLayout } from '../test/emulator/registry/ociLayout.ts'
import type { Row, Section } from './report.ts'
import { inTurn } from './statistics.ts'
import { timeProcess } from './timeProcess.ts'

const ROUNDS = 18
const LAYERS_MB = [88, 28, 4]
const TITLE = 'Pushing an image of 120 MB in 3 layers to docker-registry, whole processes'

const isHere = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

const absent = (what: string, program: string): Row => ({
  ...{ what, value: Number.NaN, unit: '', limit: null },
  note: `${program} is not installed: not measured`,
})

/** Our uploader as a program of its own, beside `skopeo copy` and `buildah push` of the same image. */
export const imagePush = async (root: string, scratch: string): Promise<Section> => {
  if (!isHere('docker-registry')) return { title: TITLE, rows: [absent('all of it', 'docker-registry')] }
  const driver = join(scratch, 'push.mjs')
  await build({
    ...{ entryPoints: [join(root, 'test/artifacts/registry/pushLayout.ts')], outfile: driver },
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node22', plugins: [plainBuiltins] },
  })
  const layout = join(scratch, 'image')
  const layers = LAYERS_MB.map((size, index) => layerOf({ [`app/${index}`]: randomBytes(size << 20) }))
  writeLayout(layout, await Promise.all(layers), ['/app/0'])
  const registry = await openDebianRegistry(null)
  const home = openBuildahHome([registry.host])
  try {
    return { title: TITLE, rows: await measure(driver, layout, registry, scratch) }
  } finally {
    home.close()
    await registry.close()
  }
}

const measure = async (
  driver: string,
  layout: string,
  { host, storage }: DebianRegistry,
  scratch: string,
): Promise<Row[]> => {
  const ours = (from: string, ...tags: string[]) => [process.execPath, driver, from, host, 'app', '', ...tags]
  const cpuMs: Record<string, number[]> = {}
  const cold = (name: string, command: readonly string[]) => async () => {
    rmSync(storage, { recursive: true, force: true })
    const timing = await timeProcess(command)
    if (timing.exitCode !== 0) throw new Error(`${name} failed: ${timing.stderr}`)
    cpuMs[name] = [...(cpuMs[name] ?? []), timing.cpuMs]
    return timing.wallMs
  }
  const [skopeo, buildah] = [isHere('skopeo'), isHere('buildah')]
  const things: Record<string, () => Promise<number>> = { ours: cold('ours', ours(layout, 'v1')) }
  if (skopeo)
    things['skopeo'] = cold('skopeo', [
      ...['skopeo', 'copy', '--quiet', '--dest-tls-verify=false'],
      ...[`oci:${layout}:v1`, `docker://${host}/app:v1`],
    ])
  if (buildah) {
    await timeProcess(ours(layout, 'v1'))
    const pull = ['pull', '--quiet', '--tls-verify=false', `${host}/app:v1`]
    const image = execFileSync('buildah', pull, { encoding: 'utf8' }).trim()
    const to = ['push', '--quiet', '--tls-verify=false', image, `docker://${host}/app:v1`]
    things['buildah'] = cold('buildah', ['buildah', ...to])
  }
  const medians = await inTurn(ROUNDS, things)
  const beside = (peer: string, limit: number | null): Row => {
    const what = `wall time, nothing there yet / \`${peer}\``
    const [mine = Number.NaN, theirs] = [medians['ours'], medians[peer]]
    if (theirs === undefined) return absent(what, peer)
    const note = `${mine.toFixed(0)} ms against ${theirs.toFixed(0)} ms, median of ${ROUNDS}`
    return { what, value: mine / theirs, unit: 'x', limit, note }
  }
  const again = async (from: string) => JSON.parse((await timeProcess(ours(from, 'v1', 'latest'))).stdout)
  rmSync(storage, { recursive: true, force: true })
  await again(layout)
  const there = await again(layout)
  const large = await again(largeLayout(join(scratch, 'large')))
  return [
    beside('skopeo', 0.8),
    beside('buildah', null),
    {
      ...{ what: 'requests when all is there', value: there.requests, unit: 'requests', limit: 3 },
      note: 'two tags; the manifest itself asks for every layer',
    },
    {
      ...{
        what: 'peak memory for a layer of 1 GB',
        value: (large.peakKiB * 1024) / 1e6,
        unit: 'MB',
        limit: 150,
      },
      note: `${(there.peakKiB / 976.6).toFixed(0)} MB when nothing is sent`,
    },
  ]
}

/** A layout with one layer of 1 GB; the folder of the same. */
const largeLayout = (folder: string): string => {
  writeLayout(folder, [], ['/none'])
  const blobs = join(folder, 'blobs', 'sha256')
  const keep = (bytes: Buffer, mediaType: string) => {
    const digest = createHash('sha256').update(bytes).digest('hex')
    writeFileSync(join(blobs, digest), bytes)
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length }
  }
  mkdirSync(blobs, { recursive: true })
  const hash = createHash('sha256')
  const block = randomBytes(16 << 20)
  const path = join(blobs, 'large')
  for (let written = 0; written < 64; written++) {
    block.writeUInt32LE(written, 0)
    hash.update(block)
    writeFileSync(path, block, { flag: 'a' })
  }
  const digest = hash.digest('hex')
  execFileSync('mv', [path, join(blobs, digest)])
  const size = statSync(join(blobs, digest)).size
  const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${digest}`, size }
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const rootfs = { type: 'layers', diff_ids: [layer.digest] }
  const config = keep(
    Buffer.from(JSON.stringify({ architecture, os: 'linux', rootfs })),
    'application/vnd.oci.image.config.v1+json',
  )
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const document = { schemaVersion: 2, mediaType, config, layers: [layer] }
  const manifest = keep(Buffer.from(JSON.stringify(document)), mediaType)
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }))
  return folder
}
