import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Null for keys that are not lent by a role. */
  readonly sessionToken: string | null
}

/** Answers credentials that are good now; keeps what it was lent until shortly before it expires. */
export type CredentialSource = () => Promise<Credentials>

interface Lent extends Credentials {
  readonly expiresMs: number
}

type Env = Readonly<Record<string, string | undefined>>

/** ECS serves a task's role here (ECS guide, "Task IAM role": AWS_CONTAINER_CREDENTIALS_RELATIVE_URI). */
const ECS = 'http://169.254.170.2'

/** A call signed now may be tried again for minutes. */
const RENEW_BEFORE_MS = 5 * 60_000
const TIMEOUT_MS = 2_000
const ATTEMPTS = 5

/**
 * The two places where our programs find credentials: the environment (Lambda, and whoever runs one by hand), or ECS's
 * endpoint for the task's role. The source throws when there are none, and when the endpoint does not answer.
 */
export const credentialSource = (env: Env, nowMs: () => number): CredentialSource => {
  const accessKeyId = env['AWS_ACCESS_KEY_ID']
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY']
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const own = { accessKeyId, secretAccessKey, sessionToken: env['AWS_SESSION_TOKEN'] ?? null }
    return async () => own
  }
  let lent: Lent | null = null
  let asking: Promise<Lent> | null = null
  return async () => {
    if (lent !== null && lent.expiresMs - RENEW_BEFORE_MS > nowMs()) return lent
    // What failed is asked for again, not remembered.
    asking ??= lentByEcs(env).finally(() => {
      asking = null
    })
    try {
      lent = await asking
      return lent
    } catch (error) {
      if (lent !== null && lent.expiresMs > nowMs()) return lent
      throw error
    }
  }
}

const lentByEcs = async (env: Env): Promise<Lent> => {
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  const url = relative === undefined ? env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] : ECS + relative
  if (url === undefined) throw new Error('There are no AWS credentials: neither keys nor the role of a task.')
  const told = JSON.parse(await ask(url, authorization(env), ATTEMPTS)) as Record<string, string>
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token, Expiration } = told
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('The credentials endpoint of the task answered without keys.')
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: Token ?? null,
    expiresMs: Expiration === undefined ? Number.POSITIVE_INFINITY : Date.parse(Expiration),
  }
}

const authorization = (env: Env): string | null => {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']
  if (file !== undefined) return readFileSync(file, 'utf8').trim()
  return env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? null
}

const ask = async (url: string, token: string | null, attempts: number): Promise<string> => {
  try {
    return await askOnce(url, token)
  } catch (error) {
    if (attempts <= 1) throw error
    return ask(url, token, attempts - 1)
  }
}

/** Its code tells whoever tries calls again that this, too, may pass. */
const noAnswer = (why: string): Error =>
  Object.assign(new Error(`The credentials endpoint of the task ${why}.`), { code: 'NO_CREDENTIALS' })

const askOnce = (url: string, token: string | null): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = token === null ? {} : { authorization: token }
    const asking = get(url, { headers, timeout: TIMEOUT_MS }, response => {
      text(response).then(body => {
        if (response.statusCode === 200) resolve(body)
        else reject(noAnswer(`answered ${response.statusCode}`))
      }, reject)
    })
    asking.on('error', reject)
    asking.on('timeout', () => asking.destroy(noAnswer('is silent')))
  })
