import { makeImage } from '../../../src/artifacts/image/makeImage.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import { openRegistry } from '../../../src/artifacts/registry/registry.ts'

/** A process of its own that makes an image of a folder and pushes it: `<folder> <work folder> <host> <repository> <base or nothing>`. */
const [files = '', workFolder = '', host = '', repository = '', base = ''] = process.argv.slice(2)
const { signal } = new AbortController()
const image = await makeImage(
  {
    ...{ from: 'files', files, target: '/app', base: base === '' ? null : base, command: ['/app/run'] },
    ...{ environment: {}, user: null, platform: process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64' },
  },
  { source: 'f'.repeat(64), revision: null, workFolder, step: () => {}, note: () => {}, signal },
)
const registry = openRegistry({ host, credentials: null, signal })
const pushed = await push(image, { registry, repository, tags: ['v1'], step: () => {} })
console.log(JSON.stringify({ ...pushed, peakKiB: process.resourceUsage().maxRSS }))
// Nothing is closed: idle connections must not keep a process alive.
