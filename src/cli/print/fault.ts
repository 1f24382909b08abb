import { awsError } from '../../awsError.ts'
import { NotYet, UserError } from '../../errors.ts'
import { type ExitCode, exitCode } from '../exitCode.ts'

/** An error as it is told to people: what it is about, what is so, and what to do next. */
export interface Fault {
  /** What was being done or read, outermost first; empty when the fact says it all. */
  readonly about: readonly string[]
  readonly fact: string
  readonly nextAct: string
  readonly requestId: string | null
  /** Null for what the user can mend; bugs keep theirs. */
  readonly stack: string | null
  readonly exitCode: ExitCode
}

export interface FaultContext {
  /** `--profile` or AWS_PROFILE, for commands to copy. */
  readonly profile: string | null
  /** The endpoint of the embedded or another AWS, when it is not AWS itself. */
  readonly endpoint: string | null
}

interface Told {
  readonly fact: string
  readonly nextAct: string
}

const EXIT_CODES: readonly number[] = Object.values(exitCode)

const isExitCode = (code: number): code is ExitCode => EXIT_CODES.includes(code)

/** `error` and its causes, outermost first. */
const chain = (error: unknown): unknown[] =>
  error instanceof Error && error.cause !== undefined ? [error, ...chain(error.cause)] : [error]

/** Translates any error. The innermost one we know decides; those around it say what it is about. */
export const fault = (error: unknown, context: FaultContext): Fault => {
  const links = chain(error)
  for (const [depth, link] of links.entries()) {
    const told = translate(link, context)
    if (told === null) continue
    const about = links.slice(0, depth).map(outer => (outer instanceof Error ? outer.message : String(outer)))
    const deepest = links.map(awsError).find(facts => facts !== undefined)
    return {
      about,
      ...told,
      requestId: deepest?.requestId ?? null,
      stack: null,
      exitCode: link instanceof UserError && isExitCode(link.exitCode) ? link.exitCode : exitCode.error,
    }
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    about: [],
    fact: `storyarch met something it does not know: ${message}`,
    nextAct: 'This is a bug. Please report it with the lines below and the command you ran.',
    requestId: null,
    stack: links.map(link => (link instanceof Error ? link.stack : String(link))).join('\ncaused by: '),
    exitCode: exitCode.error,
  }
}

const translate = (error: unknown, context: FaultContext): Told | null => {
  if (error instanceof UserError) return { fact: error.fact, nextAct: error.nextAct }
  if (error instanceof NotYet)
    return { fact: `AWS is not there yet: ${error.why}.`, nextAct: 'Run the same command again in a moment.' }
  return credentials(error, context) ?? network(error, context) ?? disk(error) ?? answer(error)
}

const withProfile = (command: string, profile: string | null): string =>
  profile === null ? command : `${command} --profile ${profile}`

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired']
const UNKNOWN_KEY = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'AuthFailure',
]

const credentials = (error: unknown, { profile }: FaultContext): Told | null => {
  if (!(error instanceof Error)) return null
  const names = awsError(error)?.names ?? [error.name]
  const is = (list: readonly string[]) => names.some(name => list.includes(name))
  if (
    /SSO session|sso login|sso.*(expired|invalid)/i.test(error.message) ||
    error.name === 'TokenProviderError'
  )
    return {
      fact: `Your AWS SSO session${profile === null ? '' : ` (profile ${profile})`} has expired.`,
      nextAct: `Run: ${withProfile('aws sso login', profile)}`,
    }
  if (error.name === 'CredentialsProviderError')
    return {
      fact: profile === null ? 'No AWS credentials were found.' : `No AWS credentials in profile ${profile}.`,
      nextAct: `Run ${withProfile('aws configure', profile)} or ${withProfile('aws sso login', profile)}, or set AWS_PROFILE; to try without AWS add --local.`,
    }
  if (is(EXPIRED))
    return {
      fact: 'Your AWS credentials have expired.',
      nextAct: `Get new ones (${withProfile('aws sso login', profile)}, or assume the role again) and run the same command: it continues.`,
    }
  if (is(UNKNOWN_KEY))
    return {
      fact: 'AWS does not know this access key.',
      nextAct: `Check with: ${withProfile('aws sts get-caller-identity', profile)}`,
    }
  if (is(['SignatureDoesNotMatch']))
    return {
      fact: 'AWS rejects the signature: the secret key does not belong to the access key.',
      nextAct: `Enter both again: ${withProfile('aws configure', profile)}`,
    }
  if (is(['RequestTimeTooSkewed', 'RequestExpired']))
    return {
      fact: "This machine's clock differs from AWS's by minutes.",
      nextAct: 'Set the clock right, then run the command again.',
    }
  return null
}

const REFUSED = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE']
const UNREACHABLE = ['ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']

interface NetworkError {
  readonly code?: unknown
  readonly hostname?: unknown
  readonly address?: unknown
  readonly port?: unknown
  readonly errors?: readonly unknown[]
}

const network = (error: unknown, { endpoint }: FaultContext): Told | null => {
  if (!(error instanceof Error)) return null
  const shape = error as NetworkError
  const code = String(shape.code ?? '')
  const timedOut = error.name === 'TimeoutError'
  if (!timedOut && !REFUSED.includes(code) && !UNREACHABLE.includes(code)) return null
  const inner = (shape.errors?.[0] ?? shape) as NetworkError
  const place =
    endpoint ??
    String(inner.hostname ?? (inner.address === undefined ? 'AWS' : `${inner.address}:${inner.port}`))
  const nextAct =
    endpoint === null
      ? 'Check the network (and HTTPS_PROXY, AWS_ENDPOINT_URL), then run the same command again: it continues.'
      : 'Check that something listens there (storyarch local status), then run the same command again.'
  return { fact: `${place} cannot be reached (${timedOut ? 'timeout' : code}).`, nextAct }
}

const FULL = ['ENOSPC', 'EDQUOT']

/** A database is downloaded before it is believed, an image made before it is sent: a small disk is no bug of ours. */
const disk = (error: unknown): Told | null => {
  if (!(error instanceof Error) || !('code' in error) || !FULL.includes(String(error.code))) return null
  const where = 'path' in error ? ` (${error.path})` : ''
  return {
    fact: `The disk is full${where}.`,
    nextAct: 'Make room, or have temporary files go elsewhere (TMPDIR), then run the same command again.',
  }
}

const THROTTLED = [
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
]
const DENIED = [
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'NotAuthorized',
]

/** The words of IAM's refusal: who may not do what to which. */
const REFUSAL = /(?:User: )?(\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?/

const answer = (error: unknown): Told | null => {
  const facts = awsError(error)
  if (facts === undefined) return null
  const is = (list: readonly string[]) => facts.names.some(name => list.includes(name))
  if (is(DENIED)) {
    const [, who, action, resource] = REFUSAL.exec(facts.message) ?? []
    const what =
      action === undefined
        ? facts.message || 'no reason given'
        : `${who} may not ${action}${resource === undefined ? '' : ` on ${resource}`}`
    return {
      fact: `AWS denied access: ${what.replace(/\.$/, '')}.`,
      nextAct:
        action === undefined
          ? 'Use credentials that may, or have the permission added.'
          : `Allow ${action} for these credentials, then run the same command again: it continues.`,
    }
  }
  if (is(THROTTLED))
    return {
      fact: `AWS throttles this account: ${facts.message || facts.names[0]}.`,
      nextAct: 'Wait a minute and run the same command again: it continues.',
    }
  if (facts.status === 501)
    return {
      fact: `The endpoint lacks an operation: ${facts.message}`,
      nextAct: 'It is not the whole of AWS; a manifest that does without the feature may still work.',
    }
  const name = facts.names[0] ?? 'an unnamed error'
  const nextAct =
    (facts.status ?? 0) >= 500
      ? 'This is on the side of AWS; run the same command again: it continues.'
      : 'Run again with --verbose for the request id; `storyarch plan` shows where things stand.'
  return {
    fact: `AWS answered ${name}${facts.message === '' ? '' : `: ${facts.message.replace(/\.$/, '')}`}.`,
    nextAct,
  }
}
