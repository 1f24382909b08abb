import { crossOrigin, Refusal, readJson, send } from './http.js'

const LONGEST_NOTE = 2000

const textOf = body => {
  const text = typeof body?.text === 'string' ? body.text.trim() : ''
  if (text === '') throw new Refusal(422, 'A note needs a "text".')
  if ([...text].length > LONGEST_NOTE)
    throw new Refusal(422, `A note has at most ${LONGEST_NOTE} characters.`)
  return text
}

const found = (notes, id) => {
  const note = notes.find(id)
  if (note === null) throw new Refusal(404, `There is no note ${id}.`)
  return note
}

/** Path patterns, and what each method does there: a status and a body, or nothing. */
const ROUTES = [
  {
    path: /^\/health$/,
    GET: ({ notes }) => {
      notes.check()
      return [200, { status: 'ok' }]
    },
  },
  {
    path: /^\/notes$/,
    GET: ({ notes }) => [200, { notes: notes.list() }],
    POST: async ({ notes, request }) => {
      const note = notes.add(textOf(await readJson(request)))
      return [201, note, { location: `/notes/${note.id}` }]
    },
  },
  {
    path: /^\/notes\/(\d{1,15})$/,
    GET: ({ notes, id }) => [200, found(notes, id)],
    DELETE: ({ notes, id }) => {
      if (!notes.remove(id)) throw new Refusal(404, `There is no note ${id}.`)
      return [204]
    },
  },
]

const route = async (request, notes) => {
  const pathname = request.url.split('?', 1)[0]
  const place = ROUTES.find(({ path }) => path.test(pathname))
  if (place === undefined) throw new Refusal(404, `There is nothing at ${pathname}.`)
  const { path, ...handlers } = place
  const allowed = ['OPTIONS', ...('GET' in handlers ? ['HEAD'] : []), ...Object.keys(handlers)]
  if (request.method === 'OPTIONS') return [204, undefined, { allow: allowed.join(', ') }]
  const handle = handlers[request.method === 'HEAD' ? 'GET' : request.method]
  if (handle === undefined)
    throw new Refusal(405, `${request.method} is not possible here.`, { allow: allowed.join(', ') })
  return handle({ notes, request, id: Number(path.exec(pathname)?.[1]) })
}

/** Answers one request. `site` is the origin whose pages may call, or `*`. */
export const answer = async (request, response, notes, site) => {
  const headers = crossOrigin(request, site)
  try {
    const [status, body, more] = await route(request, notes)
    send(request, response, status, body, { ...headers, ...more })
  } catch (error) {
    if (error instanceof Refusal)
      return send(request, response, error.status, { error: error.message }, { ...headers, ...error.headers })
    // Whoever asked has left.
    if (request.destroyed && !request.complete) return
    console.error(error)
    send(request, response, 500, { error: 'Something went wrong here.' }, headers)
  }
}
