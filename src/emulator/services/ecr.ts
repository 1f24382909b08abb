import type * as ECR from '@aws-sdk/client-ecr'
import type { Service } from '../service.ts'
import { images } from './ecr/images.ts'
import { policies } from './ecr/policies.ts'
import { repositories } from './ecr/repositories.ts'
import { resourceTags } from './ecr/resourceTags.ts'

export const ecr: Service<typeof ECR> = { ...images, ...policies, ...repositories, ...resourceTags }
