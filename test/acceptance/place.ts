import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Ended, type Running, start, storyarch } from '../cli/storyarch.ts'
import { freePort } from './freePort.ts'

const ROOT = join(import.meta.dirname, '../..')
const INVENTORY = join(import.meta.dirname, 'inventory.py')

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
}

/** What installing packages for a site's build needs of this machine, and nothing of its AWS. */
const NPM: Record<string, string> = {
  HOME: process.env['HOME'] ?? '',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      /^(npm_config_|node_extra_ca_certs$|https?_proxy$)/i.test(name) && value !== undefined
        ? [[name, value]]
        : [],
    ),
  ),
}

/** What stands in the account by service, and what its server cannot list. */
export interface Inventory {
  readonly inventory: Readonly<Record<string, readonly string[]>>
  readonly lacking: readonly string[]
}

/** A folder with the example manifests and apps, in which the built program and AWS's own tools are run. */
export interface Place {
  readonly folder: string
  /** Runs the built program to its end. */
  storyarch(...words: string[]): Promise<Ended>
  /** Starts the built program. */
  start(...words: string[]): Running
  /** Runs lines of bash, in which `aws` talks to the AWS of this place; answers stdout. Throws when one fails. */
  shell(lines: string): Promise<string>
  /** Everything in the account, as boto3 sees it. */
  inventory(): Promise<Inventory>
  /** Puts `to` in the place of `from` in a manifest. Throws when `from` is not there. */
  edit(manifest: string, from: string | RegExp, to: string): Promise<void>
  close(): Promise<void>
}

/** Lets the app of notes.yaml listen at a port that is free on this machine, which all tasks share. */
export const onFreePort = async (place: Place): Promise<void> => {
  const port = await freePort()
  await place.edit('manifests/notes.yaml', 'port: 8080', `port: ${port}\n  environment: { PORT: "${port}" }`)
}

/** Undefined when `aws` and boto3 are here; otherwise why the tests that need them are skipped. */
export const missingTools = (): string | undefined => {
  const works = (program: string, ...words: string[]) =>
    spawnSync(program, words, { stdio: 'ignore' }).status === 0
  if (!works('aws', '--version')) return 'the aws CLI is not installed'
  return works('python3', '-c', 'import boto3') ? undefined : 'boto3 is not installed'
}

/** On the AWS at `endpoint`. */
export const placeAt = (endpoint: string): Promise<Place> =>
  open(async () => endpoint, { AWS_ENDPOINT_URL: endpoint })

/** On an embedded AWS of its own, which `--local` starts and `close` stops. */
export const localPlace = async (): Promise<Place> => {
  const endpoint = async () => {
    const { stdout } = await place.storyarch('local', 'status', '--json')
    return String(JSON.parse(stdout).endpoint)
  }
  const place = await open(endpoint, {})
  return {
    ...place,
    close: async () => {
      await place.storyarch('local', 'stop')
      await place.close()
    },
  }
}

const open = async (
  endpoint: () => Promise<string>,
  env: Readonly<Record<string, string>>,
): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-place-'))
  const filter = (path: string) => !/\/(node_modules|dist|__pycache__)$|\.sqlite3/.test(path)
  for (const part of ['manifests', 'examples'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter })
  const options = { cwd: folder, env: { ...NPM, ...CREDENTIALS, ...env } }
  const toolEnv = async () => ({
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    ...CREDENTIALS,
    AWS_PAGER: '',
    AWS_ENDPOINT_URL: await endpoint(),
  })
  const run = async (program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<string> =>
    (await promisify(execFile)(program, words, { cwd: folder, env })).stdout
  return {
    folder,
    storyarch: (...words) => storyarch(words, options),
    start: (...words) => start(words, options),
    shell: async lines => run('bash', ['--norc', '-euo', 'pipefail', '-c', lines], await toolEnv()),
    inventory: async () => {
      return JSON.parse(await run('python3', [INVENTORY, CREDENTIALS.AWS_DEFAULT_REGION], await toolEnv()))
    },
    edit: async (manifest, from, to) => {
      const path = join(folder, manifest)
      const text = await readFile(path, 'utf8')
      const edited = text.replace(from, to)
      if (edited === text) throw new Error(`${manifest} has no ${from}`)
      await writeFile(path, edited)
    },
    close: () => rm(folder, { recursive: true }),
  }
}
