import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Credentials } from './registry.ts'

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string }>>
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

const HUB = 'registry-1.docker.io'
const HUB_KEY = 'https://index.docker.io/v1/'

/** Where Docker and its kin keep credentials, the first that knows a registry counts: Docker's own, then Podman's and its kin's. */
const files = (env: NodeJS.ProcessEnv): string[] => {
  const home = homedir()
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
    ...(env['REGISTRY_AUTH_FILE'] ? [env['REGISTRY_AUTH_FILE']] : []),
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'containers', 'auth.json'),
  ]
}

/**
 * What `docker login` or `podman login` left for that registry, in a config file or in the credential helper it names; null
 * when there is nothing. A broken file or helper is nothing too: most images need no credentials.
 */
export const dockerCredentials = async (
  host: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Credentials | null> => {
  for (const file of files(env)) {
    const text = await readFile(file, 'utf8').catch(() => '{}')
    const found = await credentialsIn(parsed(text), host, env)
    if (found !== null) return found
  }
  return null
}

const credentialsIn = async (
  config: DockerConfig,
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | null> => {
  const keys = host === HUB ? [HUB_KEY, 'docker.io', host] : [host, `https://${host}`]
  const helper = keys.map(key => config.credHelpers?.[key]).find(Boolean) ?? config.credsStore
  if (helper !== undefined) {
    const given = await fromHelper(helper, host === HUB ? HUB_KEY : host, env)
    if (given !== null) return given
  }
  const auth = keys.map(key => config.auths?.[key]?.auth).find(Boolean)
  if (auth === undefined) return null
  const [username = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':')
  return { username, password: password.join(':') }
}

const parsed = (text: string): DockerConfig => {
  try {
    return (JSON.parse(text) ?? {}) as DockerConfig
  } catch {
    return {}
  }
}

/** Docker's credential helper protocol: the host on stdin, `Username` and `Secret` on stdout. */
const fromHelper = (helper: string, host: string, env: NodeJS.ProcessEnv): Promise<Credentials | null> =>
  new Promise(resolve => {
    const child = execFile(
      `docker-credential-${helper}`,
      ['get'],
      { timeout: 10_000, env },
      (error, stdout) => {
        if (error) return resolve(null)
        try {
          const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
          resolve({ username: Username, password: Secret })
        } catch {
          resolve(null)
        }
      },
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(host)
  })
