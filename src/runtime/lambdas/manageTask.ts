import { act, type ManagerDoors } from './act.ts'
import { type Answer, failure } from './answer.ts'
import { type Auth, refusal } from './authorize.ts'
import { type HttpEvent, type HttpResponse, json, wantsHtml } from './http.ts'
import { directRequest, requestOf } from './request.ts'
import { startPage } from './startPage.ts'

const isHttp = (event: unknown): event is HttpEvent =>
  typeof (event as Partial<HttpEvent> | null)?.requestContext?.http?.method === 'string'

/**
 * Answers one request; a failure becomes an answer too, since a browser waits for one. A direct invocation gets the
 * bare answer.
 */
export const manageTask = async (
  event: unknown,
  auth: Auth,
  doors: ManagerDoors,
): Promise<HttpResponse | Answer> => {
  if (isHttp(event)) return manageHttp(event, auth, doors)
  const request = directRequest(event)
  if (request === null) return failure('There is no such action. Use start, ping or status.')
  return guarded(doors, () => act(request, doors))
}

/** Of a preflight that API Gateway passes on a browser wants a success; the headers are API Gateway's to add. */
const PREFLIGHTED: HttpResponse = { statusCode: 204, headers: {}, body: '' }

const manageHttp = async (event: HttpEvent, auth: Auth, doors: ManagerDoors): Promise<HttpResponse> => {
  if (event.requestContext.http.method === 'OPTIONS') return PREFLIGHTED
  const html = wantsHtml(event)
  const show = (statusCode: number, answer: Answer, headers: Record<string, string> = {}): HttpResponse => {
    const all = { ...headers }
    if (answer.retry_after !== null) all['retry-after'] = String(answer.retry_after)
    return html ? startPage(statusCode, answer, all, doors.newId()) : json(statusCode, answer, all)
  }
  const request = requestOf(event)
  if ('statusCode' in request) return show(request.statusCode, failure(request.message), request.headers)
  let refused: string | null
  try {
    refused = await refusal(event, auth)
  } catch (error) {
    doors.log({ level: 'error', message: 'the token could not be read', error: String(error) })
    return show(500, failure('The token of this backend is not set up. Its owner finds why in the log.'))
  }
  if (refused !== null) return show(401, failure(refused), { 'www-authenticate': 'Bearer' })
  const answer = await guarded(doors, () => act(request, doors))
  if (answer === UNREADABLE) return show(500, answer)
  return show(request.action === 'start' && answer.status === 'failed' ? 503 : 200, answer)
}

const UNREADABLE = failure('The state of the backend could not be read or written. Ask again.')

const guarded = async (doors: ManagerDoors, work: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await work()
  } catch (error) {
    doors.log({ level: 'error', message: 'the request failed', error: String(error) })
    return UNREADABLE
  }
}
