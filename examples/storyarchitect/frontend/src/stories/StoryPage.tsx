import { type FormEvent, useCallback } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { NotFound } from '../NotFound.tsx'
import { NotThere, type storiesApi } from './api.ts'
import { Chapters } from './Chapters.tsx'
import { useLoaded } from './useLoaded.ts'

export const StoryPage = () => {
  const id = Number(useParams()['id'])
  const navigate = useNavigate()
  const load = useCallback((api: ReturnType<typeof storiesApi>) => api.read(id), [id])
  const { data: story, problem, attempt } = useLoaded(load)
  if (!Number.isSafeInteger(id) || problem instanceof NotThere) return <NotFound />
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    attempt(api =>
      api.change(id, { title: String(fields.get('title')), premise: String(fields.get('premise')) }),
    )
  }
  const remove = async () => {
    if (!window.confirm(`Delete "${story?.title}" with all its chapters?`)) return
    // What is loaded afterwards is not there any more, and nobody stays to see it.
    attempt(async api => {
      await api.remove(id)
      navigate('/')
    })
  }
  return (
    <>
      <p>
        <Link to="/">All stories</Link>
      </p>
      {problem && <p role="alert">{problem.message}</p>}
      {story === null ? (
        <p className="faint">Story {id}</p>
      ) : (
        <>
          <title>{`${story.title} · StoryArchitect`}</title>
          <h1>{story.title}</h1>
          <form onSubmit={save} key={story.updated_at}>
            <label htmlFor="title">Title</label>
            <input id="title" name="title" defaultValue={story.title} maxLength={200} required />
            <label htmlFor="premise">Premise</label>
            <textarea id="premise" name="premise" defaultValue={story.premise} maxLength={5000} rows={4} />
            <p>
              <button type="submit">Save</button>{' '}
              <button type="button" className="quiet" onClick={remove}>
                Delete
              </button>
            </p>
          </form>
          <Chapters
            chapters={story.chapters}
            add={chapter => attempt(api => api.addChapter(id, chapter))}
            remove={chapter => attempt(api => api.removeChapter(chapter))}
          />
        </>
      )}
    </>
  )
}
