import type { FormEvent } from 'react'
import type { Chapter } from './api.ts'

interface Props {
  readonly chapters: readonly Chapter[]
  readonly add: (chapter: { title: string; outline: string }) => Promise<boolean>
  readonly remove: (id: number) => void
}

export const Chapters = ({ chapters, add, remove }: Props) => {
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    if (await add({ title: String(fields.get('title')), outline: String(fields.get('outline')) }))
      form.reset()
  }
  return (
    <section aria-labelledby="chapters">
      <h2 id="chapters">Chapters</h2>
      <ol className="cards">
        {chapters.map(chapter => (
          <li key={chapter.id}>
            <h3>{chapter.title}</h3>
            <p>{chapter.outline}</p>
            <button
              type="button"
              className="quiet"
              onClick={() => remove(chapter.id)}
              aria-label={`Delete the chapter ${chapter.title}`}
            >
              Delete
            </button>
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <label htmlFor="chapter-title">New chapter</label>
        <input id="chapter-title" name="title" maxLength={200} required />
        <label htmlFor="chapter-outline">What happens</label>
        <textarea id="chapter-outline" name="outline" maxLength={20000} rows={3} />
        <p>
          <button type="submit">Add chapter</button>
        </p>
      </form>
    </section>
  )
}
