import type { FormEvent } from 'react'
import { Link } from 'react-router'
import type { Story, storiesApi } from './api.ts'
import { useLoaded } from './useLoaded.ts'

const all = (api: ReturnType<typeof storiesApi>): Promise<Story[]> => api.list()

export const StoryList = () => {
  const { data: stories, problem, attempt } = useLoaded(all)
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const title = String(new FormData(form).get('title'))
    if (await attempt(api => api.add({ title }))) form.reset()
  }
  return (
    <>
      <title>StoryArchitect</title>
      <h1>Stories</h1>
      {problem && <p role="alert">{problem.message}</p>}
      <form onSubmit={add} className="row">
        <label htmlFor="title">New story</label>
        <input id="title" name="title" maxLength={200} required />
        <button type="submit">Add</button>
      </form>
      {stories?.length === 0 && <p className="faint">No story yet. Every one begins with a title.</p>}
      <ul className="cards">
        {stories?.map(story => (
          <li key={story.id}>
            <Link to={`/stories/${story.id}`}>{story.title}</Link>
            <p className="faint">{story.premise}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
