import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dockerCredentials } from '../../../src/artifacts/registry/dockerCredentials.ts'
import { scratch } from './images.ts'

const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') })

/** An environment with Docker's file, Podman's file, and helpers as shell scripts. */
const home = (files: { docker?: unknown; podman?: unknown; helpers?: Record<string, string> }) => {
  const folder = scratch()
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  const json = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  if (files.docker !== undefined) write(join(folder, 'docker', 'config.json'), json(files.docker))
  if (files.podman !== undefined) write(join(folder, 'config', 'containers', 'auth.json'), json(files.podman))
  for (const [name, script] of Object.entries(files.helpers ?? {}))
    chmodSync(write(join(folder, 'bin', `docker-credential-${name}`), `#!/bin/sh\n${script}\n`), 0o755)
  return {
    DOCKER_CONFIG: join(folder, 'docker'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
  }
}

describe('what docker login left', () => {
  test('is found by the registry’s host, a password with colons included', async () => {
    const env = home({ docker: { auths: { 'ghcr.io': basic('me:pass:word') } } })
    expect(await dockerCredentials('ghcr.io', env)).toEqual({ username: 'me', password: 'pass:word' })
    expect(await dockerCredentials('quay.io', env)).toBe(null)
  })

  test('for Docker Hub is found under its old name', async () => {
    const env = home({ docker: { auths: { 'https://index.docker.io/v1/': basic('me:p') } } })
    expect(await dockerCredentials('registry-1.docker.io', env)).toEqual({ username: 'me', password: 'p' })
  })

  test('is found where Podman keeps it', async () => {
    const env = home({ docker: { auths: {} }, podman: { auths: { 'ghcr.io': basic('pod:man') } } })
    expect(await dockerCredentials('ghcr.io', env)).toEqual({ username: 'pod', password: 'man' })
  })

  test('is asked of the helper of that registry, which is told the host', async () => {
    const script = `read host; printf '{"Username":"helped","Secret":"%s"}' "$host"`
    const env = home({
      docker: { credHelpers: { 'ghcr.io': 'mine' }, auths: { 'ghcr.io': basic('old:old') } },
      helpers: { mine: script },
    })
    expect(await dockerCredentials('ghcr.io', env)).toEqual({ username: 'helped', password: 'ghcr.io' })
  })

  test.each([
    ['a helper that fails', { credsStore: 'mine' }, 'exit 1'],
    ['a helper that talks nonsense', { credsStore: 'mine' }, 'echo hello'],
    ['a helper that is not there', { credsStore: 'other' }, ''],
    ['a broken file', '{', ''],
    ['an empty file', 'null', ''],
  ])('is nothing with %s', async (_, docker, script) =>
    expect(await dockerCredentials('ghcr.io', home({ docker, helpers: { mine: script } }))).toBe(null),
  )

  test('is nothing on a machine that never logged in', async () =>
    expect(await dockerCredentials('ghcr.io', home({}))).toBe(null))
})
