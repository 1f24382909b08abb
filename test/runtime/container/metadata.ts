import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const CLUSTER = 'arn:aws:ecs:us-east-1:123456789012:cluster/notes-dev'

/** ECS's metadata endpoint for tasks that are none: `/v4/<name>/task` is the task of that name. */
export const openMetadata = async () => {
  const server = createServer((request, response) => {
    const [, name = ''] = /^\/v4\/([\w-]+)\/task$/.exec(request.url ?? '') ?? []
    const now = Date.now()
    const body = {
      Cluster: CLUSTER,
      TaskARN: arnOf(name),
      PullStartedAt: new Date(now - 3_000).toISOString(),
      PullStoppedAt: new Date(now - 1_000).toISOString(),
    }
    response.writeHead(name === '' ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    /** For ECS_CONTAINER_METADATA_URI_V4. */
    uriOf: (name: string) => `http://127.0.0.1:${port}/v4/${name}`,
    close: () => server.close(),
  }
}

export const arnOf = (name: string): string => `${CLUSTER.replace(':cluster/', ':task/')}/${name}`
