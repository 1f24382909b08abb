import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

const CBOR = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
const EMPTY_MAP = Buffer.from([0xa0])

const answerTo = ({ headers }: IncomingMessage, body: string) => {
  if (headers['x-amz-target'] !== undefined) return { headers: {}, body: '{}' }
  if (headers['smithy-protocol'] !== undefined) return { headers: CBOR, body: EMPTY_MAP }
  const action = /Action=(\w+)/.exec(body)?.[1]
  return { headers: { 'content-type': 'text/xml' }, body: `<${action}Response></${action}Response>` }
}

/** An AWS that answers every call at once with an empty answer of its protocol. */
export const openInstantStub = async () => {
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('')
    const answer = answerTo(request, body)
    response.writeHead(200, answer.headers).end(answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_SESSION_TOKEN: 'bench',
      AWS_REGION: 'us-east-1',
      STACK: 'notes/dev',
      TABLE_NAME: 'state',
      CLUSTER: 'notes',
      TASK_FAMILY: 'notes',
      AGENT_CONTAINERS: 'restore,agent',
      SUBNETS: 'subnet-1',
      SECURITY_GROUPS: 'sg-1',
      PUBLIC_IP: 'true',
      METRIC_NAMESPACE: 'notes',
      METRIC_NAME: 'TaskPing',
      LIFETIME_SECONDS: '300',
      MAX_LIFETIME_SECONDS: '43200',
      START_DEADLINE_SECONDS: '180',
      SPOT: 'false',
      PORT: '8080',
      API_AUTH: 'none',
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
