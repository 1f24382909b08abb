import { randomBytes } from 'node:crypto'

/** `sg-` and 17 hexadecimal digits, as EC2 makes them. */
export const newId = (prefix: string): string => `${prefix}-0${randomBytes(8).toString('hex')}`
