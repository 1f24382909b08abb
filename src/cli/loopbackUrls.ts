/** Where the embedded AWS serves APIs and distributions, by id. */
interface Addresses {
  readonly apis: Readonly<Record<string, string>>
  readonly distributions: Readonly<Record<string, string>>
}

type Outputs = Readonly<Record<string, string>>

/**
 * The outputs with addresses that answer on this machine: the names of a site and an API's own domain lead nowhere here.
 * An API without a domain has its loopback address already; what the embedded AWS does not serve stays as it is.
 */
export const loopbackUrls = (outputs: Outputs, { apis, distributions }: Addresses): Outputs => {
  const site = distributions[outputs['cloudfront_distribution_id'] ?? '']
  const api = apis[outputs['api_id'] ?? '']
  const stage = `${api}/${outputs['environment']}`
  return {
    ...outputs,
    ...(site !== undefined && { site_url: site }),
    ...(api !== undefined && { api_url: stage, start_url: `${stage}/start` }),
  }
}
