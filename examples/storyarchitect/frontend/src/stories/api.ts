import type { Backend } from '../backend/storyarch'

export interface Story {
  readonly id: number
  readonly title: string
  readonly premise: string
  readonly updated_at: string
}

export interface Chapter {
  readonly id: number
  readonly position: number
  readonly title: string
  readonly outline: string
}

export interface WholeStory extends Story {
  readonly chapters: readonly Chapter[]
}

/** There is no such thing (any more). */
export class NotThere extends Error {}

const sentences = (body: unknown): string | null => {
  const errors = Object(Object(body).errors) as Record<string, string[]>
  const said = Object.entries(errors).map(
    ([field, why]) => `${field === 'detail' ? '' : `${field}: `}${why.join(' ')}`,
  )
  return said.length === 0 ? null : said.join(' ')
}

/** The backend's API. Every call waits until it is awake, and rejects with a sentence for people. */
export const storiesApi = (backend: Backend) => {
  const call = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const response = await backend.fetch(`/api${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const answer = response.status === 204 ? null : await response.json().catch(() => null)
    if (response.status === 404) throw new NotThere('There is no such story.')
    if (!response.ok)
      throw new Error(sentences(answer) ?? `The backend answered with status ${response.status}.`)
    return answer
  }
  return {
    list: async () => (await call<{ stories: Story[] }>('GET', '/stories/')).stories,
    read: (id: number) => call<WholeStory>('GET', `/stories/${id}/`),
    add: (story: { title: string }) => call<WholeStory>('POST', '/stories/', story),
    change: (id: number, story: { title?: string; premise?: string }) =>
      call<WholeStory>('PATCH', `/stories/${id}/`, story),
    remove: (id: number) => call<null>('DELETE', `/stories/${id}/`),
    addChapter: (story: number, chapter: { title: string; outline: string }) =>
      call<Chapter>('POST', `/stories/${story}/chapters/`, chapter),
    removeChapter: (id: number) => call<null>('DELETE', `/chapters/${id}/`),
  }
}
