import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { isAwsError } from '../awsError.ts'
import type { Aws } from '../resource.ts'

/** What came of calling a function. `absent`: there is none of that name. `failed`: it threw, with its last words. */
export type Called =
  | { readonly outcome: 'answered'; readonly answer: unknown }
  | { readonly outcome: 'failed'; readonly why: string }
  | { readonly outcome: 'absent' }

/** Calls a function and waits for its answer. Who may is IAM's to decide, whatever the API in front of it asks for. */
export const callFunction = async (aws: Aws, name: string, event: object): Promise<Called> => {
  try {
    const { Payload, FunctionError } = await aws
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }))
    const answer = parsed(Buffer.from(Payload ?? []).toString('utf8'))
    return FunctionError === undefined
      ? { outcome: 'answered', answer }
      : { outcome: 'failed', why: messageOf(answer) }
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return { outcome: 'absent' }
    throw error
  }
}

const parsed = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return text
  }
}

const messageOf = (answer: unknown): string => {
  const { errorMessage } = (answer ?? {}) as { errorMessage?: unknown }
  return typeof errorMessage === 'string' ? errorMessage : JSON.stringify(answer)
}
