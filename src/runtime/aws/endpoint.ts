type Env = Readonly<Record<string, string | undefined>>

/**
 * Where a service answers: at the address the environment names, as for every AWS SDK (`AWS_ENDPOINT_URL_DYNAMODB`, then
 * `AWS_ENDPOINT_URL`), or at AWS's own for the region.
 */
export const endpoint = (env: Env, service: string, region: string): URL => {
  const named = namedEndpoint(env, service)
  if (named !== undefined) return new URL(named)
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  return new URL(`https://${service}.${region}.${domain}`)
}

/**
 * Where a bucket answers, and the path all its keys stand under. On AWS a bucket is a host of its own, unless a dot in its
 * name would break the certificate; at a named address it is the path's first part.
 */
export const bucketEndpoint = (env: Env, bucket: string, region: string): { origin: URL; path: string } => {
  const origin = endpoint(env, 's3', region)
  if (namedEndpoint(env, 's3') !== undefined || bucket.includes('.')) return { origin, path: `/${bucket}` }
  return { origin: new URL(`https://${bucket}.${origin.host}`), path: '' }
}

const namedEndpoint = (env: Env, service: string): string | undefined =>
  env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env['AWS_ENDPOINT_URL'] || undefined
