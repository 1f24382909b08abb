import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { load } from '../../src/manifest/load.ts'
import { type BackendProcess, startBackend } from './backendProcess.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Debian's, which python3-django belongs to. */
export const PYTHON = '/usr/bin/python3'

export const BACKEND_FOLDER = join(ROOT, 'examples/storyarchitect/backend')

/** Undefined when Django is here; otherwise why the tests that need it are skipped. */
export const missingDjango = (): string | undefined =>
  spawnSync(PYTHON, ['-c', 'import django'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'python3-django is not installed'

/** The story app with its database in `folder`, run as its manifest says, on a port of its own. */
export const startStories = async (
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BackendProcess> => {
  const { backend } = await load(join(ROOT, 'manifests/storyarchitect.yaml'))
  return startBackend({
    program: 'sh',
    words: ['-c', `exec ${backend?.local?.command}`],
    folder: BACKEND_FOLDER,
    env: {
      PORT: '0',
      DATABASE_PATH: join(folder, 'db.sqlite3'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...backend?.environment,
      ...env,
    },
    listens: /listening on port (\d+)/,
  })
}
