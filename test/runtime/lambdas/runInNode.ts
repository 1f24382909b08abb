import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { lambdaBundles } from '../../../src/artifacts/lambdaBundle.ts'

/** What Lambda's own Node runtime does: fetch an event, call the handler, post what it returns or throws. */
const RUNTIME = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation'
const { handler } = await import('./index.cjs')
for (;;) {
  const next = await fetch(api + '/next')
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const post = (path, body) => fetch(api + '/' + id + '/' + path, { method: 'POST', body: JSON.stringify(body) })
  try {
    await post('response', (await handler(await next.json())) ?? null)
  } catch (error) {
    await post('error', { errorType: error.name, errorMessage: error.message })
  }
}
`

export interface Invocation {
  readonly path: 'response' | 'error'
  readonly body: unknown
  /** What it printed, one parsed line each. */
  readonly logs: readonly unknown[]
}

/** Hands `event` to the built bundle `name` in a plain Node process, through the Lambda runtime API. */
export const runInNode = async (
  name: string,
  event: object,
  env: Readonly<Record<string, string>>,
): Promise<Invocation> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-lambda-'))
  const bundle = (await lambdaBundles())[name]
  if (bundle === undefined) throw new Error(`there is no bundle ${name}`)
  for (const [file, bytes] of Object.entries(unzipSync(await readFile(bundle.file))))
    await writeFile(join(folder, file), bytes)
  await writeFile(join(folder, 'runtime.mjs'), RUNTIME)

  let child: ChildProcess | undefined
  const output: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Invocation, 'logs'>>()
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      // The second request waits for the next event, which never comes.
      if (handed) return
      handed = true
      response.setHeader('lambda-runtime-aws-request-id', 'one').end(JSON.stringify(event))
      return
    }
    const body = JSON.parse((await request.toArray()).join(''))
    response.end()
    resolve({ path: request.url?.endsWith('/error') ? 'error' : 'response', body })
  })
  let handed = false
  try {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    child = spawn(process.execPath, ['runtime.mjs'], {
      cwd: folder,
      env: { ...env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
    })
    child.stdout?.on('data', data => output.push(String(data)))
    child.stderr?.on('data', data => output.push(String(data)))
    child.once('exit', code => reject(new Error(`the process left with ${code}: ${output.join('')}`)))
    const answer = await promise
    // What it printed is whole only once its pipes are closed.
    child.removeAllListeners('exit').kill('SIGKILL')
    await once(child, 'close')
    const lines = output.join('').split('\n')
    return { ...answer, logs: lines.filter(line => line !== '').map(line => JSON.parse(line)) }
  } finally {
    child?.removeAllListeners('exit')
    child?.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
    await rm(folder, { recursive: true })
  }
}
