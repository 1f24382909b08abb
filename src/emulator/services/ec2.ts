import type * as EC2 from '@aws-sdk/client-ec2'
import type { Service } from '../service.ts'

export const ec2: Service<typeof EC2> = {}
