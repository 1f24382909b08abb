import { readLayout } from '../../../src/artifacts/oci/layout.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import { openRegistry } from '../../../src/artifacts/registry/registry.ts'

/** A process of its own that pushes a layout: `<layout> <host> <repository> <user:password or nothing> <tag>…`. */
const [layout = '', host = '', repository = '', pair = '', ...tags] = process.argv.slice(2)
const [username = '', password = ''] = pair.split(':')
const credentials = pair === '' ? null : { username, password }
const registry = openRegistry({ host, credentials, signal: new AbortController().signal })
const image = await readLayout(layout, {
  os: 'linux',
  architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
})
const pushed = await push(image, { registry, repository, tags, step: () => {} })
console.log(
  JSON.stringify({ ...pushed, requests: registry.requests(), peakKiB: process.resourceUsage().maxRSS }),
)
