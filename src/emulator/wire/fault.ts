import type { AwsError } from '../service.ts'
import type { Shape } from './codecs.ts'
import type { ErrorTraits, Model } from './schemas.ts'

/** An error as it goes over the wire. */
export interface Fault {
  /** The modelled error's shape name, else the code. */
  readonly name: string
  /** Its code in the query and XML protocols. */
  readonly code: string
  readonly status: number
  readonly sender: boolean
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
  /** The modelled error, or null: many codes exist in prose only (S3's, all of EC2's). */
  readonly shape: Shape | null
}

/** `error` with what the model knows of it. `model` is null when not even the service is known. */
export const faultOf = (model: Model | null, error: AwsError): Fault => {
  const shape = model?.errors.get(error.code) ?? null
  const traits = (shape?.getMergedTraits() ?? {}) as ErrorTraits
  const [code, queryStatus] = traits.awsQueryError ?? []
  const { protocol, queryCompatible } = model?.facts ?? {}
  const modelled =
    protocol === 'awsQuery'
      ? (queryStatus ?? traits.httpError)
      : (traits.httpError ?? (queryCompatible ? queryStatus : undefined))
  const status = error.status ?? modelled ?? (traits.error === 'server' ? 500 : 400)
  const name = shape?.getName() ?? error.code
  return {
    name,
    code: code ?? name,
    status,
    sender: status < 500,
    message: error.message,
    fields: error.fields,
    shape,
  }
}
