import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

/**
 * What Lambda's Node runtime is: loads the handler, then takes one event after the other from the runtime API (Lambda
 * guide: "Using the Lambda runtime API"). It ends when nobody answers there any more.
 */
type Handler = (
  event: unknown,
  context: object,
  callback: (error: unknown, answer: unknown) => void,
) => unknown

const { env } = process
const API = `http://${env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`
let requestId = ''

const ask = (method: 'GET' | 'POST', path: string, body = '') =>
  new Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const asking = request(`${API}/${path}`, { method }, response => {
      text(response).then(read => resolve({ headers: response.headers, body: read }), reject)
    })
    asking.on('error', reject)
    asking.end(body)
  }).catch(() => process.exit(0))

/** One event of the log is one line, so a line end inside travels as a carriage return. */
const log =
  (level: string) =>
  (...args: unknown[]): void => {
    const timestamp = new Date().toISOString()
    const message = format(...args)
    const line =
      env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON'
        ? JSON.stringify({ timestamp, level, requestId, message: args.length === 1 ? args[0] : message })
        : `${timestamp}\t${requestId}\t${level}\t${message}`
    process.stdout.write(`${line.replaceAll('\n', '\r')}\n`)
  }

const described = (error: unknown) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

const load = async (): Promise<Handler> => {
  const [, path = '', member = ''] = /^(.*)\.([^.]+)$/.exec(env['_HANDLER'] ?? '') ?? []
  const base = join(env['LAMBDA_TASK_ROOT'] ?? '', path)
  const file = ['.js', '.mjs', '.cjs'].map(end => base + end).find(existsSync)
  if (file === undefined)
    throw Object.assign(new Error(`Cannot find module '${path}'`), { name: 'Runtime.ImportModuleError' })
  const loaded = await import(pathToFileURL(file).href)
  const handler = loaded[member] ?? loaded.default?.[member]
  if (typeof handler !== 'function')
    throw Object.assign(new Error(`${env['_HANDLER']} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    })
  return handler
}

const contextOf = (headers: NodeJS.Dict<string | string[]>) => ({
  functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
  functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
  memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
  logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
  logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
  invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
})

/** The answer of a handler that is async, calls back, or simply returns. */
const run = (handler: Handler, event: unknown, context: object): Promise<unknown> =>
  handler.length < 3
    ? Promise.resolve(handler(event, context, () => {}))
    : new Promise((resolve, reject) => {
        const returned = handler(event, context, (error, answer) => (error ? reject(error) : resolve(answer)))
        if (returned instanceof Promise) returned.then(resolve, reject)
      })

const serveOne = async (handler: Handler): Promise<void> => {
  const { headers, body } = await ask('GET', 'invocation/next')
  requestId = String(headers['lambda-runtime-aws-request-id'])
  const [path, answer] = await (async () => run(handler, JSON.parse(body), contextOf(headers)))().then(
    result => ['response', JSON.stringify(result ?? null)],
    error => {
      console.error('Invoke Error', JSON.stringify(described(error)))
      return ['error', JSON.stringify(described(error))]
    },
  )
  // Whoever reads the output knows by this that it has read everything of this invocation.
  process.stdout.write(`\0${requestId}\n`)
  await ask('POST', `invocation/${requestId}/${path}`, answer)
}

Object.assign(console, {
  log: log('INFO'),
  info: log('INFO'),
  warn: log('WARN'),
  error: log('ERROR'),
  debug: log('DEBUG'),
  trace: log('TRACE'),
})
try {
  const handler = await load()
  while (true) await serveOne(handler)
} catch (error) {
  console.error('Uncaught Exception', JSON.stringify(described(error)))
  await ask('POST', 'init/error', JSON.stringify(described(error)))
  process.exit(1)
}
