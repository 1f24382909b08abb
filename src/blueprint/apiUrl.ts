import { output } from '../token.ts'
import type { WithBackend } from './withBackend.ts'

export const HTTP_API = 'httpApi/api'

/** Where the API answers people, without a slash at the end. */
export const apiUrl = (manifest: WithBackend): string =>
  manifest.api.domain === null ? apiEndpoint(manifest) : `https://${manifest.api.domain}`

/** Where it answers under the name AWS gives it. */
export const apiEndpoint = ({ environment }: WithBackend): string =>
  `${output(HTTP_API, 'endpoint')}/${environment}`
