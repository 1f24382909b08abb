import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blueprint } from '../../src/blueprint/index.ts'
import { artifactsOf } from '../../src/cli/artifactsOf.ts'
import { load } from '../../src/manifest/load.ts'
import type { Blueprint } from '../../src/resource.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The blueprint of one of the manifests in `manifests/`, without its account pin, as the embedded AWS would get it. */
export const exampleStack = async (name: string): Promise<Blueprint> => {
  const manifest = await load(join(ROOT, 'manifests', name))
  const artifacts = await artifactsOf(manifest, {
    wants: () => true,
    image: null,
    release: null,
    workFolder: join(tmpdir(), `storyarch-test-${process.pid}`),
    asProcesses: true,
    nowMs: Date.now(),
    say() {},
    signal: new AbortController().signal,
  })
  return { ...blueprint(manifest, artifacts), account: null }
}
