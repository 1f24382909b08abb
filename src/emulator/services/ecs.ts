import type * as ECS from '@aws-sdk/client-ecs'
import type { Service } from '../service.ts'
import { clusters } from './ecs/clusters.ts'
import { resourceTags } from './ecs/resourceTags.ts'
import { taskDefinitions } from './ecs/taskDefinitions.ts'
import { tasks } from './ecs/tasks.ts'

export const ecs: Service<typeof ECS> = { ...clusters, ...taskDefinitions, ...tasks, ...resourceTags }
