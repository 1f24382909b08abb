import type * as Lambda from '@aws-sdk/client-lambda'
import { canAssume } from '../../roles.ts'
import { AwsError, type Call } from '../../service.ts'
import { invalidParameter, type Settings } from './functionRow.ts'

/** Runtimes by the days on which AWS blocks creating and updating them (Lambda guide: "Lambda runtimes"); null: open. */
const RUNTIMES: Readonly<Record<string, { create: string; update: string } | null>> = {
  'nodejs16.x': { create: '2025-10-01', update: '2025-11-01' },
  'nodejs18.x': { create: '2026-06-01', update: '2026-07-01' },
  'nodejs20.x': { create: '2026-06-01', update: '2026-07-01' },
  'nodejs22.x': null,
  'nodejs24.x': null,
  'python3.11': null,
  'python3.12': null,
  'python3.13': null,
  'python3.14': null,
  java17: null,
  java21: null,
  java25: null,
  dotnet8: null,
  dotnet10: null,
  'ruby3.3': null,
  'ruby3.4': null,
  'provided.al2': null,
  'provided.al2023': null,
}

const RESERVED_KEYS = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
])

type Sent = Partial<Lambda.CreateFunctionRequest> & Partial<Lambda.UpdateFunctionConfigurationRequest>

const validation = (value: unknown, member: string, rule: string) =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
    { status: 400 },
  )

const ENVIRONMENT_FAULT =
  'Lambda was unable to configure your environment variables because the environment variables you have provided'

const checkEnvironment = (variables: Record<string, string>): Record<string, string> => {
  const keys = Object.keys(variables)
  const odd = keys.find(key => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(key))
  if (odd !== undefined)
    throw validation(
      odd,
      'environment.variables',
      'satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+',
    )
  const reserved = keys.filter(key => RESERVED_KEYS.has(key))
  if (reserved.length > 0)
    throw invalidParameter(
      `${ENVIRONMENT_FAULT} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  const text = JSON.stringify(variables)
  if (Buffer.byteLength(text) > 4096)
    throw invalidParameter(`${ENVIRONMENT_FAULT} exceeded the 4KB limit. String measured: ${text}`)
  return variables
}

const checkRuntime = (runtime: Lambda.Runtime, act: 'create' | 'update', now: number): Lambda.Runtime => {
  const known = RUNTIMES[runtime]
  if (known === undefined)
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${Object.keys(RUNTIMES).join(', ')}] or be a valid ARN`,
    )
  if (known && now >= Date.parse(known[act]))
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    )
  return runtime
}

const checkRole = (call: Call, role: string): string => {
  if (!/^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/.test(role))
    throw validation(
      role,
      'role',
      'satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
    )
  if (!canAssume(call, role, 'lambda.amazonaws.com'))
    throw invalidParameter('The role defined for the function cannot be assumed by Lambda.')
  return role
}

const between = (value: number, low: number, high: number, member: string): number => {
  if (value < low) throw validation(value, member, `have value greater than or equal to ${low}`)
  if (value > high) throw validation(value, member, `have value less than or equal to ${high}`)
  return value
}

const logging = (sent: Lambda.LoggingConfig, held: Lambda.LoggingConfig): Lambda.LoggingConfig => {
  const next = { ...held, ...sent }
  if (next.LogFormat !== 'JSON') {
    if (sent.ApplicationLogLevel ?? sent.SystemLogLevel)
      throw invalidParameter('ApplicationLogLevel and SystemLogLevel can only be set when LogFormat is JSON')
    return { LogFormat: 'Text', ...(next.LogGroup !== undefined && { LogGroup: next.LogGroup }) }
  }
  return {
    ...next,
    ApplicationLogLevel: next.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: next.SystemLogLevel ?? 'INFO',
  }
}

/** What a function has that says nothing of it (Lambda API: CreateFunction). */
const defaults = (name: string): Omit<Settings, 'runtime' | 'handler' | 'role'> => ({
  description: '',
  timeoutSeconds: 3,
  memoryMb: 128,
  environment: null,
  ephemeralMb: 512,
  tracing: 'PassThrough',
  logging: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
  deadLetterTarget: null,
  kmsKey: null,
  snapStart: 'None',
})

/** The settings of a new function. Throws InvalidParameterValueException and ValidationException in AWS's words. */
export const newSettings = (call: Call, name: string, input: Lambda.CreateFunctionRequest): Settings => {
  if (input.Runtime === undefined || input.Handler === undefined)
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    )
  const { Runtime: runtime, Handler: handler, Role: role = '', ...rest } = input
  checkRuntime(runtime, 'create', call.now)
  return changedSettings(call, { ...defaults(name), runtime, handler, role: checkRole(call, role) }, rest)
}

/** `held` with what was sent; what was not sent stays. */
export const changedSettings = (call: Call, held: Settings, sent: Sent): Settings => ({
  runtime: sent.Runtime === undefined ? held.runtime : checkRuntime(sent.Runtime, 'update', call.now),
  handler: sent.Handler ?? held.handler,
  role: sent.Role === undefined ? held.role : checkRole(call, sent.Role),
  description: sent.Description ?? held.description,
  timeoutSeconds: between(sent.Timeout ?? held.timeoutSeconds, 1, 900, 'timeout'),
  memoryMb: between(sent.MemorySize ?? held.memoryMb, 128, 10_240, 'memorySize'),
  environment: sent.Environment ? environmentOf(sent.Environment) : held.environment,
  ephemeralMb: between(sent.EphemeralStorage?.Size ?? held.ephemeralMb, 512, 10_240, 'ephemeralStorage.size'),
  tracing: sent.TracingConfig?.Mode ?? held.tracing,
  logging: sent.LoggingConfig ? logging(sent.LoggingConfig, held.logging) : held.logging,
  deadLetterTarget: sent.DeadLetterConfig ? sent.DeadLetterConfig.TargetArn || null : held.deadLetterTarget,
  kmsKey: sent.KMSKeyArn === undefined ? held.kmsKey : sent.KMSKeyArn || null,
  snapStart: sent.SnapStart?.ApplyOn ?? held.snapStart,
})

const environmentOf = ({ Variables = {} }: Lambda.Environment): Record<string, string> | null =>
  Object.keys(Variables).length > 0 ? checkEnvironment(Variables) : null
