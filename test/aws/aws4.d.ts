/** The part of the package `aws4` that is used here; it brings no types of its own. */
declare module 'aws4' {
  interface Signing {
    readonly service: string
    readonly region: string
    readonly method: string
    readonly host: string
    readonly path: string
    readonly headers: Record<string, string | number>
  }
  interface Keys {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string | undefined
  }
  /** Adds the date and the signature to `request.headers` and answers the request. */
  export function sign<R extends Signing>(request: R, keys: Keys): R
  const aws4: { sign: typeof sign }
  export default aws4
}
