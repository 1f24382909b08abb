import { lambdaAws } from './aws.ts'
import type { HttpEvent } from './http.ts'
import { manageTask } from './manageTask.ts'
import { readTask } from './task.ts'

const DEADLINE_MS = 20_000

const log = (entry: object) => console.log(JSON.stringify(entry))

// Made while Lambda initialises, so that the first request does not wait for it.
const aws = lambdaAws(log)

/** HTTP API `ANY /start`. */
export const handler = async (event: HttpEvent) =>
  manageTask(event, {
    readTask: () => readTask(aws, process.env['TABLE_NAME'] ?? '', AbortSignal.timeout(DEADLINE_MS)),
    log,
  })
