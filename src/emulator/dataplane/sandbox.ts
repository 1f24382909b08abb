import type { ChildProcess } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Lambda gives a new process so long before the first event's own time starts. */
const INIT_MS = 10_000

export interface Work {
  readonly requestId: string
  readonly functionArn: string
  readonly timeoutSeconds: number
  readonly event: string
}

interface Answer {
  readonly payload: string
  readonly failed: boolean
}

export interface Outcome extends Answer {
  readonly durationMs: number
  /** Null when the process had run before. */
  readonly initMs: number | null
}

/** One process of one version of a function; it runs one event at a time. */
export class Sandbox {
  /** Ends it when nobody has wanted it for a while. */
  idle: NodeJS.Timeout | null = null
  readonly #child: ChildProcess
  readonly #write: (line: string) => void
  readonly #closed: Promise<void>
  #ended = false
  #next: ServerResponse | null = null
  #work: Work | null = null
  #outcome: Answer | null = null
  readonly #bornAt = performance.now()
  #startedAt: number | null = null
  #initMs: number | null = null
  #marked = false
  #late = false
  #timer: NodeJS.Timeout | undefined
  #resolve: (outcome: Outcome) => void = () => {}

  constructor(child: ChildProcess, write: (line: string) => void) {
    this.#child = child
    this.#write = write
    for (const output of [child.stdout, child.stderr]) if (output) this.#read(output)
    this.#closed = new Promise(resolve => {
      const lose = (code: number | null, signal: string | null) => {
        this.#ended = true
        if (this.#work) this.#finish(this.#outcome ?? this.#lost(this.#work, code, signal))
        resolve()
      }
      child.once('close', lose)
      child.once('error', error => lose(null, error.message))
    })
  }

  get ended(): boolean {
    return this.#ended
  }

  /** What the handler makes of the event; a handler that is late is killed, and that is its outcome. */
  run(work: Work): Promise<Outcome> {
    this.#work = work
    this.#outcome = null
    this.#marked = false
    return new Promise(resolve => {
      this.#resolve = resolve
      if (this.#ended) this.#finish(this.#lost(work, null, 'SIGKILL'))
      else if (this.#next) this.#deliver(this.#next, work)
      else this.#allow(INIT_MS)
    })
  }

  /** Answers a request of the process to the runtime API, of which `path` is the end. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === 'invocation/next') {
      if (this.#work && !this.#outcome) this.#deliver(response, this.#work)
      else this.#next = response
      return
    }
    const payload = await text(request)
    response.writeHead(202).end()
    this.#outcome = { payload, failed: !path.endsWith('/response') }
    if (this.#marked) this.#finish(this.#outcome)
  }

  /** Ends the process, whatever it does. */
  end(): Promise<void> {
    this.#child.kill('SIGKILL')
    return this.#closed
  }

  /** Lines end with a line feed and nothing else: readline would take the carriage returns inside for ends too. */
  #read(output: Readable): void {
    let rest = ''
    output.setEncoding('utf8')
    output.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#take(line)
    })
    output.on('end', () => {
      if (rest !== '') this.#take(rest)
    })
  }

  #take(line: string): void {
    if (line !== `\0${this.#work?.requestId}`) {
      this.#write(`${line.replaceAll('\r', '\n')}\n`)
      return
    }
    this.#marked = true
    if (this.#outcome) this.#finish(this.#outcome)
  }

  #deliver(response: ServerResponse, work: Work): void {
    this.#next = null
    this.#initMs = this.#startedAt === null ? performance.now() - this.#bornAt : null
    this.#startedAt = performance.now()
    const milliseconds = work.timeoutSeconds * 1000
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': work.requestId,
      'lambda-runtime-deadline-ms': String(Date.now() + milliseconds),
      'lambda-runtime-invoked-function-arn': work.functionArn,
    })
    response.end(work.event)
    this.#allow(milliseconds)
  }

  #allow(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#late = true
      this.#child.kill('SIGKILL')
    }, milliseconds)
  }

  #finish(answer: Answer): void {
    clearTimeout(this.#timer)
    this.#work = null
    const durationMs = performance.now() - (this.#startedAt ?? this.#bornAt)
    this.#resolve({ ...answer, durationMs, initMs: this.#initMs })
  }

  #lost(work: Work, code: number | null, signal: string | null): Answer {
    const seconds = work.timeoutSeconds.toFixed(2)
    if (this.#late)
      this.#write(`${new Date().toISOString()} ${work.requestId} Task timed out after ${seconds} seconds\n`)
    const how = code === null ? `signal: ${signal}` : `exit status ${code}`
    const error = this.#late
      ? {
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${work.requestId} Error: Task timed out after ${seconds} seconds`,
        }
      : {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${work.requestId} Error: Runtime exited with error: ${how}`,
        }
    return { payload: JSON.stringify(error), failed: true }
  }
}
