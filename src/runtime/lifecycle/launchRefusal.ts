import type { Failure } from './task.ts'

export interface Refusal {
  readonly failure: Failure
  readonly message: string
}

const CAPACITY = /capacity is unavailable|RESOURCE:FARGATE|RESOURCE:ENI|InsufficientCapacity/i
const QUOTA = /limit on the number of (spot )?(vCPUs|tasks)|above your limit|LimitExceeded|quota/i

/** Why ECS gives no task, from a `failures[]` reason or an exception's message. */
export const refusalOf = (reason: string): Refusal => {
  if (QUOTA.test(reason))
    return {
      failure: 'quota',
      message: `The account's Fargate quota is used up; ask AWS for more vCPUs (L-3032A538): ${reason}`,
    }
  if (CAPACITY.test(reason))
    return { failure: 'capacity', message: `AWS has no capacity for it at the moment: ${reason}` }
  return { failure: 'configuration', message: `ECS refuses the task: ${reason}` }
}
