import { useCallback, useEffect, useState } from 'react'
import { useBackend } from '../backend/context.ts'
import { storiesApi } from './api.ts'

type Api = ReturnType<typeof storiesApi>

interface Loaded<Data> {
  readonly data: Data | null
  readonly problem: Error | null
  /** Does something with the API, then loads again. Answers whether it worked; a problem is shown either way. */
  readonly attempt: (act: (api: Api) => Promise<unknown>) => Promise<boolean>
}

/** What `load` gives, once the backend is there, and again each time it has come back. `load` must be stable. */
export const useLoaded = <Data>(load: (api: Api) => Promise<Data>): Loaded<Data> => {
  const backend = useBackend()
  const [data, setData] = useState<Data | null>(null)
  const [problem, setProblem] = useState<Error | null>(null)
  const attempt = useCallback<Loaded<Data>['attempt']>(
    async act => {
      try {
        const api = storiesApi(backend)
        await act(api)
        setData(await load(api))
        setProblem(null)
        return true
      } catch (error) {
        setProblem(error instanceof Error ? error : new Error(String(error)))
        return false
      }
    },
    [backend, load],
  )
  const ready = backend.state === 'ready'
  useEffect(() => {
    if (ready) attempt(async () => {})
  }, [ready, attempt])
  return { data, problem, attempt }
}
