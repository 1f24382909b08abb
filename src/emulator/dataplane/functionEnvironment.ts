import type { Call } from '../service.ts'
import type { FunctionRow } from '../services/lambda/functionRow.ts'
import { logGroupOf } from './functionLog.ts'

interface Place {
  readonly taskRoot: string
  /** Host, port and path of the runtime API. */
  readonly runtimeApi: string
  readonly stream: string
}

/** What a function finds in its environment (Lambda guide: "Using Lambda environment variables"). */
export const functionEnvironment = (call: Call, row: FunctionRow, place: Place): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  ...row.settings.environment,
  AWS_ENDPOINT_URL: call.endpoint,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  AWS_REGION: call.region,
  AWS_DEFAULT_REGION: call.region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${row.settings.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: row.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(row.settings.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: logGroupOf(row),
  AWS_LAMBDA_LOG_STREAM_NAME: place.stream,
  AWS_LAMBDA_LOG_FORMAT: row.settings.logging.LogFormat ?? 'Text',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
  LAMBDA_TASK_ROOT: place.taskRoot,
  _HANDLER: row.settings.handler,
})
