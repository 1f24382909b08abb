import type { Outputs } from '../resource.ts'

/** name: unique in the account. Untaggable: its description carries the ownership mark `storyarch <stack>`. */
export interface OriginAccessControlProps {
  originType: 's3'
  signing: { behavior: 'always' | 'never' | 'no-override'; protocol: 'sigv4' }
}

export interface OriginAccessControlOut extends Outputs {
  id: string
}
