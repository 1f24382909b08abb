import { failure, statusOf } from './answer.ts'
import { type HttpEvent, type HttpResponse, json } from './http.ts'
import type { Task } from './task.ts'

/** What the manager reaches the world with. */
export interface Doors {
  readonly readTask: () => Promise<Task>
  readonly log: (entry: object) => void
}

/** Answers one request; a failure becomes an answer too, since a browser waits for one. */
export const manageTask = async (event: HttpEvent, doors: Doors): Promise<HttpResponse> => {
  const action = event.queryStringParameters?.['action'] ?? 'start'
  try {
    if (action === 'status') return json(200, statusOf(await doors.readTask()))
    return json(501, failure('This version only reports the status: ask with ?action=status.'))
  } catch (error) {
    doors.log({ level: 'error', action, error: String(error) })
    return json(500, failure('The state of the backend could not be read.'))
  }
}
