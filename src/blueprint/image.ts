import { output } from '../token.ts'
import { arns } from './arns.ts'
import type { WithBackend } from './withBackend.ts'

const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/

/** What the task definition runs: the image named in the manifest, else the newest in the stack's own repository. */
export const imageUri = ({ backend: { image } }: WithBackend): string =>
  image.from === 'registry' ? image.uri : `${output('repository/backend', 'url')}:latest`

/** ARN of the ECR repository the image is pulled from; null when it is none of ECR's. */
export const imageRepository = (manifest: WithBackend): string | null => {
  const { image, names } = manifest.backend
  if (image.from !== 'registry') return arns(manifest).repository(names.repository)
  const [, account, region, name] = ECR.exec(image.uri) ?? []
  return name === undefined ? null : `arn:aws:ecr:${region}:${account}:repository/${name}`
}
