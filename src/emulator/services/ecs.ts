import type * as ECS from '@aws-sdk/client-ecs'
import type { Service } from '../service.ts'

export const ecs: Service<typeof ECS> = {}
