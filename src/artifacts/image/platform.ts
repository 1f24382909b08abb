import type { Platform } from '../oci/image.ts'
import type { ImagePlatform } from './recipe.ts'

export const platformOf = (text: ImagePlatform): Platform => ({
  os: 'linux',
  architecture: text === 'linux/arm64' ? 'arm64' : 'amd64',
})
