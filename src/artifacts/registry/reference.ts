import { UserError } from '../../errors.ts'

/** An image's name, taken apart. */
export interface Reference {
  /** Host, with its port where it has one. */
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

const HUB = 'registry-1.docker.io'
const SHAPE =
  /^(?:(?<host>(?:[\w-]+\.)+[\w-]+(?::\d+)?|\[[0-9a-f:]+\](?::\d+)?|[\w-]+:\d+|localhost)\/)?(?<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/

/**
 * Reads `[host/]path[:tag][@sha256:…]` as `docker pull` does: without a host it is of Docker Hub, without tag and digest
 * it is `latest`. Throws UserError for anything else.
 */
export const parseReference = (text: string): Reference => {
  const { host, path, tag, digest } = SHAPE.exec(text)?.groups ?? {}
  if (path === undefined)
    throw new UserError(
      `${JSON.stringify(text)} is not the name of an image.`,
      'Write it like ghcr.io/me/app:1 or docker.io/library/nginx@sha256:….',
    )
  const onHub = host === undefined || host === 'docker.io' || host === 'index.docker.io'
  return {
    registry: onHub ? HUB : host,
    repository: onHub && !path.includes('/') ? `library/${path}` : path,
    tag: tag ?? (digest === undefined ? 'latest' : null),
    digest: digest ?? null,
  }
}
