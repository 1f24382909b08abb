import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Listening, listen } from './listen.ts'

const DAY_SECONDS = 86_400

/** A start URL that does as a test says. */
export interface StartStub extends Listening {
  /** The actions it was asked for, in order. */
  readonly asked: string[]
  /** The Authorization headers it was sent. */
  readonly bearers: (string | undefined)[]
  /** Where it says that the app answers. */
  appUrl: string
  mood: 'well' | 'down' | 'busy' | 'failing'
  /** Whether a started backend is ready yet. */
  booted: boolean
  state: 'asleep' | 'awake'
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization',
  'access-control-expose-headers': 'retry-after',
}

export const startStub = async (): Promise<StartStub> => {
  let generation = 0
  const send = (response: ServerResponse, code: number, body: object, headers = {}): void => {
    response.writeHead(code, { ...CORS, ...headers, 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  const says = (status: string, ready: boolean) => ({
    status,
    ready,
    message: `The backend is ${status}.`,
    task_arn: null,
    public_ip: null,
    url: ready ? stub.appUrl : null,
    generation: ++generation,
    expires_at: Math.floor(Date.now() / 1000) + DAY_SECONDS,
  })
  const reply = (action: string): [code: number, body: object, headers?: object] => {
    if (stub.mood === 'busy') return [429, { message: 'Too Many Requests' }, { 'retry-after': '120' }]
    if (stub.mood === 'failing') return [200, says('failed', false)]
    if (stub.state === 'asleep' && action !== 'start') return [200, says('stopped', false)]
    if (stub.state === 'awake') return [200, stub.booted ? says('running', true) : says('starting', false)]
    stub.state = 'awake'
    return [200, says('started', false)]
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const action = new URL(request.url ?? '', 'http://stub').searchParams.get('action') ?? 'start'
    if (request.method !== 'OPTIONS') {
      stub.asked.push(action)
      stub.bearers.push(request.headers.authorization)
    }
    if (stub.mood === 'down') request.socket.destroy()
    else if (request.method === 'OPTIONS') send(response, 200, {})
    else send(response, ...reply(action))
  }
  const listening = await listen(answer)
  const stub: StartStub = {
    ...listening,
    asked: [],
    bearers: [],
    appUrl: 'http://127.0.0.1:9',
    mood: 'well',
    booted: false,
    state: 'asleep',
  }
  return stub
}
