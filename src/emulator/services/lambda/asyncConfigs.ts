import type { FunctionEventInvokeConfig, PutFunctionEventInvokeConfigRequest } from '@aws-sdk/client-lambda'
import type { Call } from '../../service.ts'
import {
  type AsyncConfig,
  type FunctionRow,
  functionNamed,
  functionsOf,
  invalidParameter,
  type LambdaService,
  notFound,
} from './functionRow.ts'

const tell = (row: FunctionRow, config: AsyncConfig): FunctionEventInvokeConfig => ({
  LastModified: new Date(config.modifiedAt),
  FunctionArn: `${row.arn}:$LATEST`,
  ...(config.retries !== null && { MaximumRetryAttempts: config.retries }),
  ...(config.maxAgeSeconds !== null && { MaximumEventAgeInSeconds: config.maxAgeSeconds }),
  DestinationConfig: config.destinations ?? { OnSuccess: {}, OnFailure: {} },
})

const none = (row: FunctionRow) =>
  notFound(`The function ${row.arn}:$LATEST doesn't have an EventInvokeConfig`)

const keep = (
  call: Call,
  row: FunctionRow,
  input: PutFunctionEventInvokeConfigRequest,
  held: AsyncConfig | null,
): FunctionEventInvokeConfig => {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = input
  if (retries === undefined && age === undefined && input.DestinationConfig === undefined)
    throw invalidParameter('You must specify at least one of error handling or destination setting.')
  if (retries !== undefined && (retries < 0 || retries > 2))
    throw invalidParameter(
      `Value '${retries}' at 'maximumRetryAttempts' failed to satisfy constraint: 0 to 2`,
    )
  if (age !== undefined && (age < 60 || age > 21_600))
    throw invalidParameter(
      `Value '${age}' at 'maximumEventAgeInSeconds' failed to satisfy constraint: 60 to 21600`,
    )
  const asyncConfig: AsyncConfig = {
    retries: retries ?? held?.retries ?? null,
    maxAgeSeconds: age ?? held?.maxAgeSeconds ?? null,
    destinations: input.DestinationConfig ?? held?.destinations ?? null,
    modifiedAt: call.now,
  }
  functionsOf(call).set(row.name, { ...row, asyncConfig })
  return tell(row, asyncConfig)
}

/** How asynchronous invocations are retried. */
export const asyncConfigs = {
  /** Replaces: what is not sent is removed. */
  PutFunctionEventInvokeConfig: (input, call) =>
    keep(call, functionNamed(call, input.FunctionName, input.Qualifier), input, null),

  UpdateFunctionEventInvokeConfig: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    if (row.asyncConfig === null) throw none(row)
    return keep(call, row, input, row.asyncConfig)
  },

  GetFunctionEventInvokeConfig: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    if (row.asyncConfig === null) throw none(row)
    return tell(row, row.asyncConfig)
  },

  ListFunctionEventInvokeConfigs: (input, call) => {
    const row = functionNamed(call, input.FunctionName)
    return { FunctionEventInvokeConfigs: row.asyncConfig ? [tell(row, row.asyncConfig)] : [] }
  },

  DeleteFunctionEventInvokeConfig: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    if (row.asyncConfig === null) throw none(row)
    functionsOf(call).set(row.name, { ...row, asyncConfig: null })
    return {}
  },
} satisfies LambdaService
