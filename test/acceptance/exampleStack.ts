import { join } from 'node:path'
import { lambdaBundles } from '../../src/artifacts/lambdaBundle.ts'
import { blueprint } from '../../src/blueprint/index.ts'
import { load } from '../../src/manifest/load.ts'
import type { Blueprint } from '../../src/resource.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The blueprint of one of the manifests in `manifests/`, without its account pin. */
export const exampleStack = async (name: string): Promise<Blueprint> => {
  const bundles = await lambdaBundles()
  const sha256 = (bundle: string) => ({ sha256: bundles[bundle]?.sha256 ?? '' })
  const artifacts = {
    taskManager: sha256('task-manager'),
    taskMonitor: sha256('task-monitor'),
    image: null,
    agent: null,
    frontend: null,
  }
  return { ...blueprint(await load(join(ROOT, 'manifests', name)), artifacts), account: null }
}
