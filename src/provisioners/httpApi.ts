import type { Outputs } from '../resource.ts'

/** name: the API's; found by its tags, since names are not unique. */
export interface HttpApiProps {
  cors: { origins: string[]; methods: string[]; headers: string[]; maxAgeSeconds: number } | null
  /** The JWT authorizer named `storyarch`. */
  authorizer: { issuer: string; audience: string[] } | null
  /** Lambda proxy routes, payload 2.0, sorted by key (`ANY /start`). */
  routes: { key: string; function: string; authorized: boolean }[]
  stage: { name: string; throttle: { rate: number; burst: number } }
}

export interface HttpApiOut extends Outputs {
  id: string
  arn: string
  /** `https://<id>.execute-api.<region>.amazonaws.com` */
  endpoint: string
}
