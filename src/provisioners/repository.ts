import type { Outputs } from '../resource.ts'

/** name: the ECR repository's. */
export interface RepositoryProps {
  mutability: 'MUTABLE' | 'IMMUTABLE'
  /** Keep this many images, null for all. */
  retention: { images: number } | null
}

export interface RepositoryOut extends Outputs {
  arn: string
  url: string
}
