import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { HttpEvent } from './http.ts'
import { manageTask } from './manageTask.ts'
import { readTask } from './task.ts'

// Made while Lambda initialises, so that the first request does not wait for it.
const dynamo = new DynamoDBClient()

/** HTTP API `ANY /start`. */
export const handler = async (event: HttpEvent) =>
  manageTask(event, {
    readTask: () => readTask(dynamo, process.env['TABLE_NAME'] ?? ''),
    log: entry => console.log(JSON.stringify(entry)),
  })
