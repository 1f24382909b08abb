import type { Backend } from '../manifest/manifest.ts'
import { derivedNames } from '../manifest/names.ts'
import type { ImageProps } from '../provisioners/image.ts'
import type { RepositoryProps } from '../provisioners/repository.ts'
import type { Desired } from '../resource.ts'
import { output } from '../token.ts'
import { arns } from './arns.ts'
import type { Artifact, Artifacts } from './artifacts.ts'
import { wish } from './kit.ts'
import type { WithBackend } from './withBackend.ts'

const KEPT_IMAGES = 10

/** Whether the app's image lies in the stack's own repository; otherwise ECS pulls it from where it is. */
export const isShipped = ({ image }: Pick<Backend, 'image'>): boolean =>
  image.from !== 'registry' || image.copy

/** The stack's own repositories, each with the one image in it that runs: the app's and the agent's. */
export const images = (manifest: WithBackend, { image, agent }: Artifacts): Desired[] => {
  const { repository } = manifest.backend.names
  return [
    ...(isShipped(manifest.backend) && image !== null ? stored('backend', repository, image) : []),
    ...(agent === null ? [] : stored('agent', agentRepository(manifest), agent)),
  ]
}

const stored = (logical: string, name: string, { source, recipe }: Artifact): Desired[] => [
  wish<RepositoryProps>('repository', logical, name, {
    mutability: 'MUTABLE',
    retention: { images: KEPT_IMAGES },
  }),
  wish<ImageProps>(
    'image',
    logical,
    name,
    { content: { source } },
    { after: [`repository/${logical}`], recipe },
  ),
]

export const agentRepository = ({ project, environment }: WithBackend): string =>
  derivedNames(project, environment).agentRepository

/** What the task definition runs: the stack's own image by its digest, or the one named in the manifest. */
export const imageUri = ({ backend: { image } }: WithBackend): string =>
  image.from === 'registry' && !image.copy ? image.uri : output('image/backend', 'uri')

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/

/** ARNs of the ECR repositories that a task's images are pulled from. */
export const pulledRepositories = (manifest: WithBackend): string[] => {
  const { image, names } = manifest.backend
  const own = arns(manifest).repository
  const agent = own(agentRepository(manifest))
  if (image.from !== 'registry' || image.copy) return [own(names.repository), agent]
  const [, account, region, name] = ECR.exec(image.uri) ?? []
  return name === undefined ? [agent] : [`arn:aws:ecr:${region}:${account}:repository/${name}`, agent]
}
