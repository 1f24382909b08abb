/** An image in the embedded registry. */
export interface ImageReference {
  readonly region: string
  readonly repository: string
  readonly tag: string
  readonly digest: string | null
}

const REFERENCE = /^([^/]+)\/(.+?)(?::(\w[\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/
const LOOPBACK = /^(?:127\.0\.0\.1|localhost):\d+$/
const ECR = /^\d{12}\.dkr\.ecr\.([\w-]+)\.amazonaws\.com$/

/** Where `image` of a container definition lies; null when it is of another registry. `region` is the task's. */
export const readImageReference = (image: string, region: string): ImageReference | null => {
  const [, host = '', repository = '', tag = 'latest', digest = null] = REFERENCE.exec(image) ?? []
  const place = LOOPBACK.test(host) ? region : ECR.exec(host)?.[1]
  return place === undefined ? null : { region: place, repository, tag, digest }
}
