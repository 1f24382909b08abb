import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../../src/emulator/service.ts'
import type { ServiceName } from '../../../src/emulator/services.ts'
import { type ErrorTraits, openSchemas } from '../../../src/emulator/wire/schemas.ts'
import { ASKS } from './asks.ts'
import { SERVICE_NAMES } from './clients.ts'
import { type Desk, openDesk } from './desk.ts'

const missing = (): string | undefined => {
  try {
    execFileSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'boto3 is not installed'
  }
}
const why = missing()

const BOTOCORE: Partial<Record<ServiceName, string>> = {
  apigateway: 'apigatewayv2',
  secretsManager: 'secretsmanager',
  tagging: 'resourcegroupstaggingapi',
}

/** What JSON has no word for is marked: `{ $date }`, `{ $bytes }`. */
const laidOut = (_key: string, value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value
  if ('$date' in value) return new Date(String(value.$date))
  if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64')
  return value
}

/** Lays out what the desk answers (PUT) and tells what it was told (GET), for a program in another language. */
const controlOf = (desk: Desk): Server =>
  createServer(async (request, response) => {
    if (request.method === 'PUT') {
      const { output, error, message } = (await json(request)) as Record<string, string>
      desk.input = undefined
      desk.output =
        error === undefined ? JSON.parse(JSON.stringify(output), laidOut) : new AwsError(error, message ?? '')
    }
    response.end(JSON.stringify({ input: desk.input ?? null }))
  })

const errorsOf = (service: ServiceName): Record<string, string[]> =>
  Object.fromEntries(
    [...new Set(openSchemas().model(service).errors.values())].map(shape => {
      const name = shape.getName() ?? ''
      const [code] = (shape.getMergedTraits() as ErrorTraits).awsQueryError ?? []
      return [name, code === undefined ? [name] : [name, code]]
    }),
  )

describe.skipIf(why)(why ?? 'boto3, whose models are its own', () => {
  let desk: Desk
  let control: Server
  beforeAll(async () => {
    desk = await openDesk()
    control = controlOf(desk).listen(0, '127.0.0.1')
    await once(control, 'listening')
  })
  afterAll(async () => {
    control.close()
    await desk.close()
  })

  test('understands and is understood, for every operation and every modelled error', async () => {
    const schemas = openSchemas()
    const order = {
      endpoint: desk.endpoint,
      control: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
      services: Object.fromEntries(
        SERVICE_NAMES.map(name => [
          name,
          {
            botocore: BOTOCORE[name] ?? name,
            operations: [...schemas.model(name).operations.keys()],
            errors: errorsOf(name),
            ask: ASKS[name],
          },
        ]),
      ),
    }
    const script = new URL('./roundTrip.py', import.meta.url).pathname
    const run = promisify(execFile)('python3', [script], { maxBuffer: 64 << 20 })
    run.child.stdin?.end(JSON.stringify(order))
    const { operations, errors, differences } = JSON.parse((await run).stdout)
    expect(differences).toEqual([])
    expect(operations).toBeGreaterThan(1000)
    expect(errors).toBeGreaterThan(400)
  })
})
