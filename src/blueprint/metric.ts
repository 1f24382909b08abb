import type { Manifest } from '../manifest/manifest.ts'

/** The heartbeat of a backend. A namespace of its own lets IAM hold each stack to its own metric. */
export const metric = ({ project, environment }: Pick<Manifest, 'project' | 'environment'>) => ({
  namespace: `storyarch/${project}/${environment}`,
  name: 'TaskPing',
})
