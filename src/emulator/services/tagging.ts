import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api'
import type { Service } from '../service.ts'

export const tagging: Service<typeof Tagging> = {}
