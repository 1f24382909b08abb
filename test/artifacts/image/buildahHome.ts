import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Sets the environment in which Buildah, ours or one of a test, works without rights and without a container runtime: a
 * store of its own, chroot isolation, plain HTTP to `hosts`. `close` puts things back.
 */
export const openBuildahHome = (hosts: readonly string[]): { close(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-buildah-'))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const storage = ['[storage]', 'driver = "vfs"', `graphroot = "${folder}/root"`, `runroot = "${folder}/run"`]
  const registries = hosts.flatMap(host => ['[[registry]]', `location = "${host}"`, 'insecure = true'])
  const env: Record<string, string> = {
    BUILDAH_ISOLATION: 'chroot',
    STORAGE_DRIVER: 'vfs',
    CONTAINERS_STORAGE_CONF: write('storage.conf', storage.join('\n')),
    CONTAINERS_REGISTRIES_CONF: write('registries.conf', registries.join('\n')),
  }
  const before = Object.fromEntries(Object.keys(env).map(name => [name, process.env[name]]))
  Object.assign(process.env, env)
  return {
    close: () => {
      for (const [name, value] of Object.entries(before))
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
