import { blueprint } from '../../src/blueprint/index.ts'
import { inspect, load } from '../../src/manifest/load.ts'
import type { Manifest } from '../../src/manifest/manifest.ts'
import { type Blueprint, type Desired, idOf } from '../../src/resource.ts'

const ARTIFACTS = {
  taskManager: { sha256: 'managers-hash=' },
  taskMonitor: { sha256: 'monitors-hash=' },
  image: { source: 'what-the-app-is-made-of', recipe: { revision: null } },
  agent: { source: 'what-the-agent-is-made-of', recipe: { revision: null } },
  frontend: { source: 'what-the-site-is-made-of', recipe: { revision: null } },
}

export const drawn = (manifest: Manifest): Blueprint => blueprint(manifest, ARTIFACTS)

/** The blueprint of a manifest's text. */
export const drawnFrom = (text: string): Blueprint => {
  const { manifest, faults } = inspect(text, '/project/storyarch.yaml')
  if (manifest === null) throw new Error(faults.map(({ message }) => message).join('\n'))
  return drawn(manifest)
}

export const EXAMPLES = ['storyarchitect', 'notes', 'minimal']

export const example = async (name: string): Promise<Blueprint> => drawn(await load(`manifests/${name}.yaml`))

/** The wish of that id. `Props` is the reader's claim. */
export const wished = <Props extends object>({ resources }: Blueprint, id: string): Desired<Props> => {
  const found = resources.find(desired => idOf(desired) === id)
  if (found === undefined) throw new Error(`the blueprint has no ${id}`)
  return found as Desired<Props>
}

export const ids = ({ resources }: Blueprint): string[] => resources.map(idOf).sort()
