import { AwsError } from '../../service.ts'
import { queueEvent } from './asyncQueue.ts'
import { changeableFunction, functionNamed, type LambdaService } from './functionRow.ts'

const TAIL_BYTES = 4096

/** `payload` is what the wire read: bytes. */
const checkedEvent = (payload: unknown): string => {
  const text = (payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : '') || '{}'
  try {
    JSON.parse(text)
    return text
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
      { status: 400 },
    )
  }
}

/** Running a function's code, at once or from the queue. */
export const invocations = {
  Invoke: async (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    const event = checkedEvent(input.Payload)
    if (call.now < row.activeAt || row.goneAt !== null) changeableFunction(call, row.name)
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 }
    if (input.InvocationType === 'Event') {
      queueEvent(call, { target: row.name, event, caller: null })
      return { StatusCode: 202 }
    }
    const { payload, failed, log } = await call.invoke(row.name, event)
    const tail = Buffer.from(log.join('')).subarray(-TAIL_BYTES)
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      ...(failed && { FunctionError: 'Unhandled' }),
      ...(input.LogType === 'Tail' && { LogResult: tail.toString('base64') }),
      // The SDK's type adds helpers to the bytes; a server only has the bytes.
      Payload: Buffer.from(payload) as never,
    }
  },
} satisfies LambdaService
