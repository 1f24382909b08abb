import type { Intercept, Verdict } from '../../src/emulator/intercept.ts'
import { AwsError } from '../../src/emulator/service.ts'

/** A call of a run: the `nth` of its kind, since parallel calls come in no fixed order. */
export interface CallName {
  readonly service: string
  readonly operation: string
  readonly nth: number
}

/** What can happen to one call. `lost`: it took effect and the answer never came. */
export type Fault = 'throttle' | 'server error' | 'access denied' | 'lost' | 'lost and sent again'

export const FAULTS: readonly Fault[] = [
  'throttle',
  'server error',
  'access denied',
  'lost',
  'lost and sent again',
]

const answers: Readonly<Record<Exclude<Fault, 'lost' | 'lost and sent again'>, () => AwsError>> = {
  throttle: () => new AwsError('ThrottlingException', 'Rate exceeded', { status: 429 }),
  'server error': () => new AwsError('InternalFailure', 'Something broke', { status: 500 }),
  'access denied': () => new AwsError('AccessDeniedException', 'You are not authorized', { status: 403 }),
}

/** Counts calls by name; `seen` is every call so far, in order. */
export const recorder = (
  verdict: (call: CallName, phase: 'before' | 'after') => Verdict = () => undefined,
) => {
  const seen: CallName[] = []
  const names = new Map<string, CallName>()
  const counts = new Map<string, number>()
  const intercept: Intercept = ({ service, operation, requestId }, phase) => {
    if (phase === 'before') {
      const kind = `${service}:${operation}`
      const nth = (counts.get(kind) ?? 0) + 1
      counts.set(kind, nth)
      const name = { service, operation, nth }
      names.set(requestId, name)
      seen.push(name)
    }
    const name = names.get(requestId)
    return name === undefined ? undefined : verdict(name, phase)
  }
  return { seen, intercept }
}

export const nameOf = ({ service, operation, nth }: CallName): string => `${service}:${operation}:${nth}`

/** An intercept that does `fault` to one call. How often the SDK tries again is the caller's choice. */
export const breaking = (victim: CallName, fault: Fault): Intercept =>
  recorder((call, phase) => {
    if (nameOf(call) !== nameOf(victim)) return undefined
    if (fault === 'lost' || fault === 'lost and sent again') return phase === 'after' ? 'drop' : undefined
    return phase === 'before' ? answers[fault]() : undefined
  }).intercept
