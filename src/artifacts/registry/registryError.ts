import { UserError } from '../../errors.ts'

interface ErrorBody {
  readonly errors?: readonly { readonly code?: string; readonly message?: string }[]
}

const NEXT_ACTS: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Check the credentials for this registry (docker login, or your AWS credentials for ECR).',
  DENIED: 'Ask for the right to use this repository, or name another one.',
  NAME_UNKNOWN: 'Check the repository’s name; it must exist before something is pushed to it.',
  MANIFEST_UNKNOWN: 'Check the tag or digest.',
  TAG_INVALID: 'Make the repository’s tags mutable, or remove that tag.',
  TOOMANYREQUESTS: 'Wait a while, or log in: registries give more to whom they know.',
}

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'MANIFEST_UNKNOWN',
  429: 'TOOMANYREQUESTS',
}

/** The code of a registry's error answer (OCI distribution spec, "Error Codes"); from the status where it gives none. */
export const codeIn = (status: number, body: string): string => errorIn(body)?.code ?? BY_STATUS[status] ?? ''

const errorIn = (body: string) => {
  try {
    return (JSON.parse(body) as ErrorBody).errors?.[0]
  } catch {
    return undefined
  }
}

/** A registry's refusal, said so that it can be mended. `about`: `pushing to 127.0.0.1:5000/app`. */
export const registryError = (about: string, status: number, body: string): UserError => {
  const code = codeIn(status, body)
  const message = errorIn(body)?.message
  return new UserError(
    `The registry refused ${about}: ${status}${code && ` ${code}`}${message ? ` (${message})` : ''}.`,
    NEXT_ACTS[code] ?? 'Try again; if it stays, ask who runs the registry.',
  )
}
