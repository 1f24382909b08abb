import type { Backend, BackendState } from './storyarch'

/** A backend that always runs, for `vite dev`. */
export const direct = (url: string): Backend =>
  Object.assign(new EventTarget(), {
    state: 'ready' as BackendState,
    message: 'The backend of this machine.',
    url,
    callable: true,
    wakingSince: null,
    answer: null,
    ready: async () => url,
    fetch: (path: string, init?: RequestInit) => fetch(url + path, init),
    wake: () => {},
    stop: () => {},
  })
