import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ImageContentRecipe, ImageProps } from '../../../src/provisioners/image.ts'
import { repository } from '../../../src/provisioners/repository.ts'
import type { Sample } from '../contract.ts'
import { making } from '../making.ts'

const NAME = 'contract-test/image'

const TAGS = {
  'storyarch:stack': 'contract/test',
  'storyarch:resource': 'repository/sample',
  'storyarch:managed': 'owned',
}

const REGISTRY = 'what ECR asks for when its registry is spoken to'
const STORED = 'of the SDK only when a stored image is put back: image.test.ts'

export const imageSample: Sample<ImageProps> = {
  async prepare(aws) {
    await repository.create(aws, NAME, { mutability: 'MUTABLE', retention: null }, TAGS, making())
    const files = await mkdtemp(join(tmpdir(), 'storyarch-image-'))
    await writeFile(join(files, 'server.js'), 'listen()')
    const recipe: ImageContentRecipe = {
      revision: '3f9c2b1d5a7e8f60912b3c4d5e6f708192a3b4c5',
      image: {
        from: 'files',
        files,
        target: '/app',
        base: null,
        command: ['node', 'server.js'],
        environment: {},
        user: null,
        platform: 'linux/arm64',
      },
      workFolder: join(files, '..', `${files}-work`),
    }
    return {
      name: NAME,
      props: { content: { source: 'a'.repeat(64) } },
      variants: { content: { source: 'b'.repeat(64) } },
      recipe,
    }
  },
  unreached: {
    'ecr:BatchCheckLayerAvailability': REGISTRY,
    'ecr:InitiateLayerUpload': REGISTRY,
    'ecr:UploadLayerPart': REGISTRY,
    'ecr:CompleteLayerUpload': REGISTRY,
    'ecr:GetDownloadUrlForLayer': REGISTRY,
    'ecr:UntagResource': 'of writers only when a repository is given away',
    'ecr:BatchGetImage': STORED,
    'ecr:PutImage': STORED,
  },
}
