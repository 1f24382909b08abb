import type * as ACM from '@aws-sdk/client-acm'
import type { Service } from '../service.ts'
import { certificateOperations } from './acm/certificates.ts'
import { taggingOperations } from './acm/tagging.ts'

/** Certificates that are issued once their CNAMEs stand in a hosted zone of this emulator. */
export const acm: Service<typeof ACM> = { ...certificateOperations, ...taggingOperations }
