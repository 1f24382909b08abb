/** What the build made for a stack to run: base64 of each bundle's SHA-256. */
export interface Artifacts {
  readonly taskManager: { readonly sha256: string }
  readonly taskMonitor: { readonly sha256: string }
}
