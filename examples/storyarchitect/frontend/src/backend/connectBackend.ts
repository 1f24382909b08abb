import { direct } from './direct.ts'
import type { Backend, Connect } from './storyarch'

// Not a literal: Vite shall leave it alone. storyarch puts the module beside the built app.
const MODULE = '/storyarch.js'

const DEV_URL: string = import.meta.env['VITE_API_URL'] ?? 'http://127.0.0.1:8000'

/** Wakes the backend, or takes the one of this machine under `vite dev`. Rejects when the module cannot be loaded. */
export const connectBackend = async (): Promise<Backend> => {
  // There under `vite dev` only; import.meta.env.DEV is true in a build as well, when NODE_ENV says so.
  if (import.meta.hot) return direct(DEV_URL)
  const { connect }: { connect: Connect } = await import(/* @vite-ignore */ MODULE)
  return connect()
}
