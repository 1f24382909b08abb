import type * as ECR from '@aws-sdk/client-ecr'
import type { Service } from '../service.ts'
import { authorization } from './ecr/authorization.ts'
import { images } from './ecr/images.ts'
import { layers } from './ecr/layers.ts'
import { policies } from './ecr/policies.ts'
import { repositories } from './ecr/repositories.ts'
import { resourceTags } from './ecr/resourceTags.ts'

export const ecr: Service<typeof ECR> = {
  ...authorization,
  ...images,
  ...layers,
  ...policies,
  ...repositories,
  ...resourceTags,
}
