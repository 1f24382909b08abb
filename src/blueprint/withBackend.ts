import type { Api, Backend, Database, Manifest } from '../manifest/manifest.ts'

/** A manifest with a backend has its database and its API too. */
export type WithBackend = Manifest & {
  readonly backend: Backend
  readonly database: Database
  readonly api: Api
}

export const hasBackend = (manifest: Manifest): manifest is WithBackend =>
  manifest.backend !== null && manifest.database !== null && manifest.api !== null
