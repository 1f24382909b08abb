import { imagesOf } from '../services/ecr/image.ts'
import { readManifest } from '../services/ecr/manifest.ts'
import { repositoryOf, repositoryTable } from '../services/ecr/repository.ts'
import type { WireResponse } from '../wire/protocol.ts'
import type { RegistryHandler, RegistryRequest } from './registryRequest.ts'

const PAGE = 1000
const INDEX = 'application/vnd.oci.image.index.v1+json'

export const listRequests = {
  GetBase: () => json({}),

  ListRepositories: request => {
    const names = repositoryTable(request.call)
      .values()
      .map(({ name }) => name)
    const { shown, headers } = paged(request, names)
    return json({ repositories: shown }, headers)
  },

  ListTags: request => {
    const { name } = repositoryOf(request.call, request.repository)
    const tags = imagesOf(request.call, name).flatMap(image => image.tags)
    const { shown, headers } = paged(request, tags)
    return json({ name, tags: shown }, headers)
  },

  /** Manifests that name the digest as their subject: signatures, attestations. */
  ListReferrers: request => {
    const { name } = repositoryOf(request.call, request.repository)
    const wanted = request.query.get('artifactType')
    const manifests = imagesOf(request.call, name).flatMap(({ manifest, mediaType, digest }) => {
      const { subject, artifactType, config, annotations } = readManifest(manifest)
      const type = artifactType ?? config?.mediaType
      if (subject?.digest !== request.reference || (wanted !== null && wanted !== type)) return []
      return [{ mediaType, digest, size: Buffer.byteLength(manifest), artifactType: type, annotations }]
    })
    return json(
      { schemaVersion: 2, mediaType: INDEX, manifests },
      { 'content-type': INDEX, ...(wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }) },
    )
  },
} satisfies Record<string, RegistryHandler>

/** `?n=` of the sorted names behind `?last=`, and where the rest is. */
const paged = ({ query, http }: RegistryRequest, names: readonly string[]) => {
  const last = query.get('last') ?? ''
  const size = Number.parseInt(query.get('n') ?? '', 10)
  const rest = [...names].sort().filter(name => name > last)
  const shown = rest.slice(0, size >= 0 ? size : PAGE)
  const headers: Record<string, string> = {}
  const end = shown.at(-1)
  if (end !== undefined && shown.length < rest.length) {
    const next = new URLSearchParams({ n: String(shown.length), last: end })
    headers['link'] = `<${http.url?.split('?')[0]}?${next}>; rel="next"`
  }
  return { shown, headers }
}

const json = (body: object, headers: Record<string, string> = {}): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
