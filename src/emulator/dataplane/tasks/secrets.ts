import type { Secret } from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { AwsError } from '../../service.ts'
import { secretsManager } from '../../services/secretsManager.ts'
import { ssm } from '../../services/ssm.ts'

/** Why a task does not get what it needs before its containers, as ECS says it. */
export class CannotPrepare extends Error {
  override readonly name = 'CannotPrepare'
  constructor(why: string) {
    super(`ResourceInitializationError: ${why}`)
  }
}

/** The values of a container's secrets by the names of their variables. Throws CannotPrepare. */
export const secretValues = async (
  callOf: (service: string, region: string) => Call,
  region: string,
  secrets: readonly Secret[],
): Promise<Record<string, string>> => {
  const entries = await Promise.all(
    secrets.map(async ({ name = '', valueFrom = '' }) => [
      name,
      await secretValue(callOf, region, valueFrom),
    ]),
  )
  return Object.fromEntries(entries)
}

/** `arn:aws:secretsmanager:…:secret:name-AbCdEf[:key:stage:version]`, or a parameter's ARN or name. */
const secretValue = async (
  callOf: (service: string, region: string) => Call,
  region: string,
  reference: string,
): Promise<string> => {
  const [, place] = /^arn:aws[\w-]*:(?:secretsmanager|ssm):([\w-]+):/.exec(reference) ?? []
  const secret = reference.includes(':secretsmanager:')
  const call = callOf(secret ? 'secretsManager' : 'ssm', place ?? region)
  try {
    return secret ? await secretAt(call, reference) : await parameterAt(call, reference)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const store = secret ? 'secrets manager' : 'ssm'
    throw new CannotPrepare(
      `unable to pull secrets or registry auth: failed to fetch secret ${reference} from ${store}: ${error.code}: ${error.message}`,
    )
  }
}

const secretAt = async (call: Call, reference: string): Promise<string> => {
  const parts = reference.split(':')
  const [key = '', stage = '', version = ''] = parts.slice(7)
  const { SecretString = '' } =
    (await secretsManager.GetSecretValue?.(
      {
        SecretId: parts.slice(0, 7).join(':'),
        ...(stage === '' ? {} : { VersionStage: stage }),
        ...(version === '' ? {} : { VersionId: version }),
      },
      call,
    )) ?? {}
  if (key === '') return SecretString
  const value: unknown = keyIn(SecretString, key)
  if (value === undefined)
    throw new AwsError('InvalidKey', `retrieved secret from Secrets Manager did not contain json key ${key}`)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const keyIn = (text: string, key: string): unknown => {
  try {
    return JSON.parse(text)[key]
  } catch {
    return undefined
  }
}

const parameterAt = async (call: Call, reference: string): Promise<string> => {
  const answer = await ssm.GetParameter?.({ Name: reference, WithDecryption: true }, call)
  return answer?.Parameter?.Value ?? ''
}
