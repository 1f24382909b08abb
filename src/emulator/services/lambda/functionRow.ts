import type * as Lambda from '@aws-sdk/client-lambda'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'

export type LambdaService = Service<typeof Lambda>

export interface Statement {
  Sid: string
  Effect: 'Allow'
  Principal: string | Record<string, string>
  Action: string
  Resource: string
  Condition?: Record<string, Record<string, string>>
}

/** What UpdateFunctionConfiguration changes; `null` is "none", strings of enums are checked on the way in. */
export interface Settings {
  runtime: Lambda.Runtime
  handler: string
  role: string
  description: string
  timeoutSeconds: number
  memoryMb: number
  environment: Record<string, string> | null
  ephemeralMb: number
  tracing: Lambda.TracingMode
  logging: Lambda.LoggingConfig
  deadLetterTarget: string | null
  kmsKey: string | null
  snapStart: Lambda.SnapStartApplyOn
}

export interface Code {
  /** Base64, as CodeSha256 tells it. */
  sha256: string
  bytes: number
  /** The zip on disk. */
  file: string
}

export interface AsyncConfig {
  retries: number | null
  maxAgeSeconds: number | null
  destinations: Lambda.DestinationConfig | null
  modifiedAt: number
}

/** A function as kept; times are epoch milliseconds. */
export interface FunctionRow {
  name: string
  arn: string
  settings: Settings
  code: Code
  architecture: Lambda.Architecture
  revision: string
  modifiedAt: number
  /** Pending until then. */
  activeAt: number
  /** The last update is InProgress until then. */
  updatedAt: number
  /** Deleting until then, afterwards gone; null while nobody deletes it. */
  goneAt: number | null
  statements: Statement[]
  policyRevision: string
  reservedConcurrency: number | null
  asyncConfig: AsyncConfig | null
}

export const functionsOf = (call: Call) => call.table<FunctionRow>('functions')

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterValueException', message, { status: 400 })

export const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, { status: 404 })

export const conflict = (message: string): AwsError =>
  new AwsError('ResourceConflictException', message, { status: 409 })

export const arnOf = (call: Call, name: string): string =>
  `arn:aws:lambda:${call.region}:${call.account}:function:${name}`

const REFERENCE =
  /^(?:arn:aws[\w-]*:lambda:([\w-]+):(\d{12}):function:|(\d{12}):function:|function:)?([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]+))?$/

/** The function's name in a name, a partial or a full ARN. Only `$LATEST` exists here. */
const nameIn = (call: Call, reference: string | undefined, qualifier: string | undefined): string => {
  const [, , , , name, inside] = REFERENCE.exec(reference ?? '') ?? []
  if (name === undefined)
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${reference ?? ''}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
      { status: 400 },
    )
  const wanted = qualifier ?? inside ?? '$LATEST'
  if (wanted !== '$LATEST') throw notFound(`Function not found: ${arnOf(call, name)}:${wanted}`)
  return name
}

export const lookUpFunction = (call: Call, name: string): FunctionRow | undefined => {
  const row = functionsOf(call).get(name)
  if (row === undefined || row.goneAt === null || call.now < row.goneAt) return row
  functionsOf(call).delete(name)
  forgetTags(call, row.arn)
  return undefined
}

/** Throws ResourceNotFoundException. */
export const functionNamed = (
  call: Call,
  reference: string | undefined,
  qualifier?: string | undefined,
): FunctionRow => {
  const name = nameIn(call, reference, qualifier)
  const row = lookUpFunction(call, name)
  if (row === undefined) throw notFound(`Function not found: ${arnOf(call, name)}`)
  return row
}

/** A function that may be changed now. Throws ResourceConflictException during another change. */
export const changeableFunction = (
  call: Call,
  reference: string | undefined,
  revision?: string | undefined,
): FunctionRow => {
  const row = functionNamed(call, reference)
  const state = row.goneAt !== null ? 'Deleting' : call.now < row.activeAt ? 'Pending' : null
  if (state)
    throw conflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
    )
  if (call.now < row.updatedAt)
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${row.arn}`,
    )
  if (revision !== undefined && revision !== row.revision) throw staleRevision()
  return row
}

export const staleRevision = (): AwsError =>
  new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  )
