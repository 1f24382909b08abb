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

/**
 * What `docker login` left for that registry, in the config file of Docker and its kin or in its credential helper; null
 * when there is nothing. A broken file or helper is nothing too: most images need no credentials.
 */
export const dockerCredentials = async (
  host: string,
  folder = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'),
): Promise<Credentials | null> => {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}')
  const config = parsed(text)
  const keys = host === HUB ? [HUB_KEY, 'docker.io', host] : [host, `https://${host}`]
  const helper = keys.map(key => config.credHelpers?.[key]).find(Boolean) ?? config.credsStore
  if (helper !== undefined) {
    const given = await fromHelper(helper, host === HUB ? HUB_KEY : host)
    if (given !== null) return given
  }
  const auth = keys.map(key => config.auths?.[key]?.auth).find(Boolean)
  if (auth === undefined) return null
  const [username = '', ...password] = Buffer.from(auth, 'base64').toString('utf8').split(':')
  return { username, password: password.join(':') }
}

const parsed = (text: string): DockerConfig => {
  try {
    return JSON.parse(text) as DockerConfig
  } catch {
    return {}
  }
}

/** Docker's credential helper protocol: the host on stdin, `Username` and `Secret` on stdout. */
const fromHelper = (helper: string, host: string): Promise<Credentials | null> =>
  new Promise(resolve => {
    const child = execFile(`docker-credential-${helper}`, ['get'], { timeout: 10_000 }, (error, stdout) => {
      if (error) return resolve(null)
      try {
        const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
        resolve({ username: Username, password: Secret })
      } catch {
        resolve(null)
      }
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(host)
  })
