import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { Backend } from './storyarch'

const BackendContext = createContext<Backend | null>(null)

export const BackendProvider = BackendContext.Provider

/** The backend, drawn again whenever something about it changes. */
export const useBackend = (): Backend => {
  const backend = useContext(BackendContext)
  if (backend === null) throw new Error('useBackend outside of BackendProvider')
  useSyncExternalStore(
    changed => {
      backend.addEventListener('change', changed)
      return () => backend.removeEventListener('change', changed)
    },
    () => `${backend.state} ${backend.url} ${backend.wakingSince} ${backend.message}`,
  )
  return backend
}

/** Seconds since `start`, counted on; 0 without one. */
export const useSecondsSince = (start: number | null): number => {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (start === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [start])
  return start === null ? 0 : Math.max(0, Math.floor((now - start) / 1000))
}
